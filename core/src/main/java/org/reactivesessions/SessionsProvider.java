package org.reactivesessions;

/**
 * Makes sessions from the URL of a database, for programs that are not compiled against the module that knows the database, such as an
 * extension of a test framework. An application builds its sessions by a builder.
 *
 * <p>Found by {@link java.util.ServiceLoader}: a provider is named in {@code META-INF/services/org.reactivesessions.SessionsProvider}
 * and has a public constructor without parameters.
 *
 * <p>Implementations are thread-safe.
 *
 * @since 0.1
 */
public interface SessionsProvider {

    /**
     * Whether this is a URL of the database this provider knows.
     *
     * @param url with or without {@code r2dbc:} in front; it may hold a password
     * @return whether {@link #create} can make sessions from it
     */
    boolean supports(String url);

    /**
     * Makes sessions with the defaults for that database.
     *
     * @param url what {@link #supports} agreed to
     * @return sessions without a connection, to be closed by the caller
     * @throws IllegalArgumentException if the URL is malformed; the message never contains the password
     */
    ReactiveSessions create(String url);
}
