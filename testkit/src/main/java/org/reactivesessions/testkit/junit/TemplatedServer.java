package org.reactivesessions.testkit.junit;

import org.reactivesessions.testkit.container.ContainerServer;
import org.reactivesessions.testkit.server.EmbeddedServer;
import org.reactivesessions.testkit.server.PostgresServer;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.testkit.server.TestServers;

/**
 * A server that tests of many classes share, and the templates that were filled on it. Closing it drops the templates, and ends a server
 * that nobody else ends.
 *
 * <p>Thread-safe.
 */
final class TemplatedServer implements AutoCloseable {

    private final PostgresServer server;
    private final Runnable end;
    private final Templates templates = new Templates();

    private TemplatedServer(PostgresServer server, Runnable end) {
        this.server = server;
        this.end = end;
    }

    /**
     * One for an annotation.
     *
     * @throws IllegalStateException if there is none; the message says what to set
     */
    static TemplatedServer of(PostgresTest settings) {
        return switch (settings.server()) {
            case CURRENT -> new TemplatedServer(TestServers.current(), () -> {});
            case EMBEDDED -> new TemplatedServer(EmbeddedServer.shared(), () -> {});
            case EXTERNAL -> new TemplatedServer(TestServers.external(), () -> {});
            case CONTAINER -> inContainer(Containers.start(settings.image()));
        };
    }

    private static TemplatedServer inContainer(ContainerServer server) {
        return new TemplatedServer(server, server::close);
    }

    PostgresServer server() {
        return server;
    }

    /** A new database with the content of the template, to be closed by the caller. */
    TestDatabase freshDatabase(Template template) {
        return templates.copy(template, server);
    }

    @Override
    public void close() {
        templates.close();
        end.run();
    }
}
