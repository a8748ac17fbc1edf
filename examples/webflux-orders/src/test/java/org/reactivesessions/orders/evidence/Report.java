package org.reactivesessions.orders.evidence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.reactivesessions.testkit.server.EmbeddedServer;

/** What a program has found, on the console and, if that is wanted, in a file. Not thread-safe. */
final class Report {

    private final StringBuilder text = new StringBuilder();

    void line(String line) {
        text.append(line).append('\n');
        System.out.println(line);
    }

    /** Where it ran, as far as figures depend on it. */
    static String machine(String server) {
        return "PostgreSQL " + server + ", Java " + System.getProperty("java.version") + ", "
                + Runtime.getRuntime().availableProcessors() + " processors, all on one machine.";
    }

    static String version(EmbeddedServer server) throws SQLException {
        try (Connection connection = server.openJdbc()) {
            return connection.getMetaData().getDatabaseProductVersion();
        }
    }

    /** @param file nowhere if it is empty */
    void write(String file) throws IOException {
        if (!file.isEmpty()) {
            Files.writeString(Path.of(file), text);
        }
    }
}
