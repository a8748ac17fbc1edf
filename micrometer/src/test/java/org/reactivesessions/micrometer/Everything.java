package org.reactivesessions.micrometer;

import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcRollbackException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.error.TransactionTimeoutException;
import org.reactivesessions.observation.ActiveSession;
import org.reactivesessions.observation.AttemptReport;
import org.reactivesessions.observation.AttemptReport.Kind;
import org.reactivesessions.observation.BreakerState;
import org.reactivesessions.observation.ConnectionEnd;
import org.reactivesessions.observation.HookMoment;
import org.reactivesessions.observation.SessionListener;
import org.reactivesessions.observation.WaitsFor;

/** Everything a listener can hear, so often each that it can be told apart. */
final class Everything {

    private static final Duration WAITED = Duration.ofMillis(1);
    private static final Duration BEGAN = Duration.ofMillis(2);
    private static final Duration WORKED = Duration.ofMillis(3);
    private static final Duration ENDED = Duration.ofMillis(4);

    private Everything() {}

    static AttemptReport run(
            Kind kind, String name, TransactionOutcome outcome, boolean cancelled, @Nullable Throwable error) {
        return new AttemptReport(
                name,
                kind,
                1,
                error != null,
                cancelled,
                outcome == TransactionOutcome.COMMITTED ? LifePhase.COMMITTING : LifePhase.ACTIVE,
                outcome,
                error,
                1,
                WAITED,
                BEGAN,
                WORKED,
                ENDED);
    }

    static void happensTo(SessionListener listener) {
        R2dbcRollbackException conflict = new R2dbcRollbackException("again", "40001");
        listener.attempted(run(Kind.TRANSACTION, "order", TransactionOutcome.ROLLED_BACK, true, conflict));
        listener.repeating("order", 2, WAITED, TransactionOutcome.ROLLED_BACK, conflict);
        listener.attempted(run(Kind.TRANSACTION, "order", TransactionOutcome.COMMITTED, false, null));
        listener.ended("order", LifePhase.COMMITTING, TransactionOutcome.COMMITTED, null);
        listener.attempted(run(Kind.SESSION, "lent", TransactionOutcome.ROLLED_BACK, false, null));
        listener.attempted(new AttemptReport(
                "waiting",
                Kind.TRANSACTION,
                1,
                false,
                false,
                LifePhase.ACQUIRING,
                TransactionOutcome.NOT_STARTED,
                null,
                0,
                WAITED,
                Duration.ZERO,
                Duration.ZERO,
                Duration.ZERO));
        listener.ended("order", LifePhase.COMMITTING, TransactionOutcome.IN_DOUBT, conflict);
        listener.ended(
                "order",
                LifePhase.ACTIVE,
                TransactionOutcome.ROLLED_BACK,
                new TransactionTimeoutException("order", LifePhase.ACTIVE, WAITED, "order", "all of it"));
        listener.resolved("order", TransactionOutcome.COMMITTED, Duration.ofMillis(40));
        R2dbcNonTransientResourceException away = new R2dbcNonTransientResourceException("away");
        listener.retrying("order", 2, WAITED, away);
        listener.retrying("order", 3, WAITED, away);
        listener.circuitChanged("database", BreakerState.CLOSED, BreakerState.OPEN);
        listener.hooksRan("order", HookMoment.AFTER_COMMIT, WORKED, away);
        listener.hooksRan("order", HookMoment.BEFORE_COMMIT, WORKED, null);
        listener.connectionOpened(Duration.ofMillis(10));
        listener.connectionOpened(Duration.ofMillis(10));
        listener.connectionRefused(WAITED, away);
        listener.connectionClosed(ConnectionEnd.LOST);
        listener.connectionClosed(ConnectionEnd.LOST);
        listener.suspected(new ActiveSession(
                "order",
                null,
                LifePhase.ACTIVE,
                WORKED,
                WORKED,
                1,
                1,
                "SELECT 'secret'",
                7L,
                WaitsFor.FUNCTION,
                0,
                null));
        for (int i = 0; i < 3; i++) {
            listener.usedAfterEnd("order", away);
        }
    }
}
