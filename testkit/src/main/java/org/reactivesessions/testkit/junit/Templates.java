package org.reactivesessions.testkit.junit;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.reactivesessions.testkit.server.PostgresServer;
import org.reactivesessions.testkit.server.TestDatabase;

/**
 * The databases of one server, or of one cluster, that others are copied from. Each is filled by the first who needs it.
 *
 * <p>Thread-safe.
 */
final class Templates implements AutoCloseable {

    private final Map<Template, TestDatabase> filled = new ConcurrentHashMap<>();

    /** A new database with the content of the template, to be closed by the caller. */
    TestDatabase copy(Template template, PostgresServer server) {
        return template.isEmpty()
                ? server.freshDatabase()
                : server.freshDatabase(filled.computeIfAbsent(template, missing -> fill(missing, server))
                        .database());
    }

    private static TestDatabase fill(Template template, PostgresServer server) {
        TestDatabase database = server.freshDatabase();
        try {
            template.fill(database);
            return database;
        } catch (RuntimeException failed) {
            database.close();
            throw failed;
        }
    }

    /** Drops them. */
    @Override
    public void close() {
        filled.values().forEach(TestDatabase::close);
    }
}
