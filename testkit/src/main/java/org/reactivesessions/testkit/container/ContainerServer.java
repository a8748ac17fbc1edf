package org.reactivesessions.testkit.container;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import org.reactivesessions.testkit.server.PostgresServer;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.testkit.server.TestServers;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/**
 * A PostgreSQL server in a container that was started by this JVM, by Testcontainers. As an embedded one it flushes nothing to disk, and
 * its superuser has a random password.
 *
 * <p><b>Ownership:</b> closed by whoever started it; Testcontainers also removes it after the end of the JVM. Thread-safe.
 *
 * @since 0.1
 */
public final class ContainerServer implements PostgresServer, AutoCloseable {

    /** Image of the PostgreSQL project for the version that is also embedded. */
    public static final String DEFAULT_IMAGE = "postgres:18";

    private static final int PORT = 5432;
    private static final String USER = "postgres";

    private final GenericContainer<?> container;
    private final PostgresServer server;

    private ContainerServer(GenericContainer<?> container, PostgresServer server) {
        this.container = container;
        this.server = server;
    }

    /**
     * Whether a container can be started here.
     *
     * @return whether Testcontainers finds Docker; the first call may take seconds
     */
    public static boolean isPossible() {
        return DockerClientFactory.instance().isDockerAvailable();
    }

    /**
     * Starts a container and blocks until its server answers.
     *
     * @param image name of an image of PostgreSQL, such as {@link #DEFAULT_IMAGE}
     * @return a running server, to be closed by the caller
     * @throws IllegalStateException if there is no Docker
     */
    @SuppressWarnings("resource") // The container is closed by what is returned.
    public static ContainerServer start(String image) {
        String password = UUID.randomUUID().toString();
        GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(image))
                .withExposedPorts(PORT)
                .withEnv("POSTGRES_USER", USER)
                .withEnv("POSTGRES_PASSWORD", password)
                .withCommand("postgres", "-c", "fsync=off", "-c", "max_connections=200")
                // The image starts its server once to set it up, and then again for others.
                .waitingFor(Wait.forLogMessage(".*database system is ready to accept connections.*\\s", 2));
        container.start();
        String url = "postgresql://" + USER + ":" + password + "@" + container.getHost() + ":"
                + container.getMappedPort(PORT) + "/postgres";
        return new ContainerServer(container, TestServers.at(url));
    }

    @Override
    public String host() {
        return server.host();
    }

    @Override
    public int port() {
        return server.port();
    }

    @Override
    public String username() {
        return server.username();
    }

    @Override
    public String password() {
        return server.password();
    }

    @Override
    public TestDatabase freshDatabase(String template) {
        return server.freshDatabase(template);
    }

    @Override
    public Connection openJdbc() throws SQLException {
        return server.openJdbc();
    }

    /** Ends the container and deletes its data; a second call does nothing. */
    @Override
    public void close() {
        container.stop();
    }

    @Override
    public String toString() {
        return "ContainerServer[" + server + "]";
    }
}
