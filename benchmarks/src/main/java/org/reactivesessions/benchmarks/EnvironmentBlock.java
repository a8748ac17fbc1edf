package org.reactivesessions.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.vertx.pgclient.PgBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
import org.reactivesessions.testkit.server.PostgresServer;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/** Where the figures come from: machine, JVM, server and libraries, read when asked. */
final class EnvironmentBlock {

    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    private EnvironmentBlock() {}

    static List<String> lines(PostgresServer server) throws SQLException {
        Runtime runtime = Runtime.getRuntime();
        try (Connection connection = server.openJdbc()) {
            return List.of(
                    "machine   " + runtime.availableProcessors() + " processors, " + processor() + ", "
                            + property("os.name") + " " + property("os.arch"),
                    "jvm       " + property("java.vm.name") + " " + property("java.runtime.version") + ", heap "
                            + runtime.maxMemory() / (1024 * 1024) + " MiB",
                    "server    PostgreSQL " + connection.getMetaData().getDatabaseProductVersion()
                            + " on the same machine",
                    "libraries reactor-core " + version(Mono.class) + ", r2dbc-pool " + version(ConnectionPool.class)
                            + ", r2dbc-postgresql " + version(PostgresqlConnectionFactory.class),
                    "others    spring-r2dbc " + version(DatabaseClient.class) + ", vertx-pg-client "
                            + version(PgBuilder.class) + ", HikariCP " + hikariVersion()
                            + ", pgjdbc " + connection.getMetaData().getDriverVersion());
        }
    }

    private static String processor() {
        try {
            return Files.readAllLines(CPU_INFO, StandardCharsets.UTF_8).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException notLinux) {
            return "unknown";
        }
    }

    private static String property(String name) {
        return System.getProperty(name, "unknown");
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
