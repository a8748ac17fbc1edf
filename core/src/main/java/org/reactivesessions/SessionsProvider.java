package org.reactivesessions;

import java.time.Duration;

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
     * Makes sessions with the defaults for that database, but for the patience of whoever waits.
     *
     * @param url what {@link #supports} agreed to
     * @param patience how long a connection may take, to be opened and to be waited for; more than zero
     * @return sessions without a connection, to be closed by the caller
     * @throws IllegalArgumentException if the URL is malformed, or the patience is not more than zero; the message never contains the
     *     password
     */
    ReactiveSessions create(String url, Duration patience);
}
