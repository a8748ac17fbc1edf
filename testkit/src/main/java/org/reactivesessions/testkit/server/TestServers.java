package org.reactivesessions.testkit.server;

import java.util.Map;

/**
 * The choice of the server tests run on: the one named by {@code RS_TEST_URL}, else the embedded one.
 *
 * <p>{@code RS_TEST_URL} has the form {@code postgresql://user:password@host:5432/database}. The role needs the right to
 * create databases; the named database is only used to create and drop others. Thread-safe.
 *
 * @since 0.1.0
 */
public final class TestServers {

    /** Name of the environment variable that points tests at a server. */
    public static final String VARIABLE = "RS_TEST_URL";

    private TestServers() {}

    /**
     * The server tests of this JVM run on.
     *
     * @return the server named by {@code RS_TEST_URL}, else {@link EmbeddedServer#shared()}
     * @throws IllegalArgumentException if the variable is not a URL of the form above; the message carries no password
     * @throws IllegalStateException if the embedded server is needed and does not start
     */
    public static PostgresServer current() {
        return choose(System.getenv());
    }

    /**
     * A server somebody else runs.
     *
     * @param url of the form above
     * @return that server; it is not asked
     * @throws IllegalArgumentException if the URL is not of that form; the message carries no password
     */
    public static PostgresServer at(String url) {
        return new ExternalServer(ServerUrl.parse("the URL of a server", url));
    }

    /**
     * The server that {@code RS_TEST_URL} names.
     *
     * @return that server
     * @throws IllegalArgumentException if the variable is not a URL of the form above; the message carries no password
     * @throws IllegalStateException if the variable is not set
     */
    public static PostgresServer external() {
        return external(System.getenv());
    }

    static PostgresServer external(Map<String, String> environment) {
        String url = environment.getOrDefault(VARIABLE, "");
        if (url.isBlank()) {
            throw new IllegalStateException("tests that need an external server find its URL in " + VARIABLE
                    + ", but that is not set. Set it to postgresql://user:password@host:5432/database, or let the tests run on the"
                    + " embedded server");
        }
        return new ExternalServer(ServerUrl.parse(VARIABLE, url.strip()));
    }

    static PostgresServer choose(Map<String, String> environment) {
        String url = environment.getOrDefault(VARIABLE, "");
        return url.isBlank() ? EmbeddedServer.shared() : external(environment);
    }
}
