package org.reactivesessions.testkit.sessions;

import java.time.Duration;
import java.util.ServiceLoader;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.SessionsProvider;
import org.reactivesessions.testkit.junit.DatabaseParameter;
import org.reactivesessions.testkit.server.TestDatabase;

/**
 * {@link ReactiveSessions} on the test's database as a parameter, made by the {@link SessionsProvider} on the class path. They have
 * the defaults, but wait 30 s for a connection, and are closed after the test, which waits for what still runs.
 *
 * <p>Stateless and therefore thread-safe.
 *
 * @since 0.1
 */
public final class SessionsParameter implements DatabaseParameter {

    /** A machine that runs tests is busy. */
    private static final Duration CONNECTION = Duration.ofSeconds(30);

    /** Longer than sessions take to close, whatever the database does. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Made by {@link ServiceLoader}. */
    public SessionsParameter() {}

    @Override
    public boolean supports(Class<?> type) {
        return type.getName().equals("org.reactivesessions.ReactiveSessions");
    }

    @Override
    public Opened open(Class<?> type, TestDatabase database) {
        String url = database.r2dbcUrl();
        ReactiveSessions sessions = ServiceLoader.load(SessionsProvider.class, type.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.supports(url))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "a parameter of type ReactiveSessions needs a module on the class path"
                                + " that makes them for PostgreSQL, but there is none. Add org.reactivesessions:reactive-sessions-postgres to"
                                + " the tests' dependencies"))
                .create(url, CONNECTION);
        return new Opened(sessions, () -> sessions.close().block(PATIENCE));
    }
}
