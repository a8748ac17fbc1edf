package org.reactivesessions.postgres.mutant;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.TransactionDefinition;
import org.reactivesessions.dialect.Dialect;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * A BEGIN that is sent but not waited for, with one of two ways to roll back. With the driver's own method it is a mutant:
 * the driver sends nothing as long as it believes the connection idle, which it does until BEGIN is answered. With ROLLBACK
 * as a statement it is the control that must stay clean. Thread-safe.
 */
public final class EagerBegin extends BelievingDialect {

    private final boolean driverRollback;

    private EagerBegin(Dialect delegate, boolean driverRollback) {
        super(delegate);
        this.driverRollback = driverRollback;
    }

    /** The mutant: ROLLBACK is skipped while BEGIN is unanswered. */
    public static EagerBegin withDriverRollback(Dialect delegate) {
        return new EagerBegin(delegate, true);
    }

    /** The control: ROLLBACK goes behind BEGIN, whatever the driver believes. */
    public static EagerBegin withStatementRollback(Dialect delegate) {
        return new EagerBegin(delegate, false);
    }

    @Override
    public Publisher<Void> begin(Connection physical, TransactionDefinition definition) {
        return Mono.fromRunnable(() -> {
            Mono.from(super.begin(physical, definition)).onErrorComplete().subscribe();
            believeOpen(physical);
        });
    }

    @Override
    public Publisher<Void> rollback(Connection physical) {
        return driverRollback
                ? Mono.from(physical.rollbackTransaction()).doOnSuccess(rolledBack -> believeClosed(physical))
                : super.rollback(physical);
    }
}
