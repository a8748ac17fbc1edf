package org.reactivesessions.proof;

import com.zaxxer.hikari.HikariDataSource;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.postgresql.util.DriverInfo;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/** Where the figures come from: machine, JVM, server and libraries, read when asked. Stateless. */
final class Environment {

    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
    /** PostgreSQL tells its version as one number. */
    private static final long MAJOR = 10_000;

    private Environment() {}

    /** @param server the version of the server, as it tells it */
    static String text(long server) {
        return Runtime.getRuntime().availableProcessors() + " processors, " + processor() + "; "
                + System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version")
                + "; PostgreSQL " + server / MAJOR + "." + server % MAJOR + " on the same machine; r2dbc-postgresql "
                + version(PostgresqlConnectionFactory.class) + ", r2dbc-pool " + version(ConnectionPool.class)
                + ", reactor-core " + version(Mono.class) + "; spring-r2dbc " + version(DatabaseClient.class)
                + ", HikariCP " + hikariVersion() + ", pgjdbc " + DriverInfo.DRIVER_VERSION + ".";
    }

    private static String processor() {
        try {
            List<String> lines = Files.readAllLines(CPU_INFO, StandardCharsets.UTF_8);
            return lines.stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException notLinux) {
            return "unknown";
        }
    }

    /** Its manifest has none. */
    private static String hikariVersion() {
        Properties pom = new Properties();
        try (InputStream stream =
                HikariDataSource.class.getResourceAsStream("/META-INF/maven/com.zaxxer/HikariCP/pom.properties")) {
            if (stream != null) {
                pom.load(stream);
            }
        } catch (IOException unreadable) {
            return "unknown";
        }
        return pom.getProperty("version", "unknown");
    }

    private static String version(Class<?> type) {
        String version = type.getPackage().getImplementationVersion();
        return version == null ? "unknown" : version;
    }
}
