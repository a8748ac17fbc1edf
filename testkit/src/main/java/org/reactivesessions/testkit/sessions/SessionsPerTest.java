package org.reactivesessions.testkit.sessions;

import java.util.Objects;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.testkit.junit.DatabaseParameter.Opened;
import org.reactivesessions.testkit.junit.PerTest;
import org.reactivesessions.testkit.rollback.Rollbacks;

/**
 * {@link RollbackSessions} for the tests of a class with {@link org.reactivesessions.testkit.rollback.RollbackAfterEach}. Stateless.
 *
 * @since 0.1
 */
public final class SessionsPerTest implements PerTest {

    /** Made by {@link java.util.ServiceLoader}. */
    public SessionsPerTest() {}

    @Override
    public boolean supports(Class<?> type, ExtensionContext test) {
        return type.getName().equals("org.reactivesessions.ReactiveSessions") && Rollbacks.optionsOf(test) != null;
    }

    @Override
    public Opened open(Object shared, ExtensionContext test) {
        RollbackSessions sessions = Objects.requireNonNull(Rollbacks.await(
                RollbackSessions.begin((ReactiveSessions) shared, Objects.requireNonNull(Rollbacks.optionsOf(test)))));
        return new Opened(sessions, () -> Rollbacks.await(sessions.end()));
    }
}
