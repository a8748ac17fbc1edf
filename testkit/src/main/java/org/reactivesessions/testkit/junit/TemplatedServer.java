package org.reactivesessions.testkit.junit;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.reactivesessions.testkit.server.PostgresServer;
import org.reactivesessions.testkit.server.TestDatabase;

/**
 * A server and the templates that were filled on it. Closing it drops the templates, and then does what it was told to do with the
 * server.
 *
 * <p>Thread-safe.
 */
final class TemplatedServer implements AutoCloseable {

    private final PostgresServer server;
    private final Map<Template, TestDatabase> templates = new ConcurrentHashMap<>();

    TemplatedServer(PostgresServer server) {
        this.server = server;
    }

    PostgresServer server() {
        return server;
    }

    /** A new database with the content of the template, to be closed by the caller. */
    TestDatabase freshDatabase(Template template) {
        return template.isEmpty()
                ? server.freshDatabase()
                : server.freshDatabase(
                        templates.computeIfAbsent(template, this::filled).database());
    }

    private TestDatabase filled(Template template) {
        TestDatabase database = server.freshDatabase();
        try {
            template.fill(database);
            return database;
        } catch (RuntimeException failed) {
            database.close();
            throw failed;
        }
    }

    @Override
    public void close() {
        templates.values().forEach(TestDatabase::close);
    }
}
