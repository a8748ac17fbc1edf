package org.reactivesessions.postgres.sweep;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.TransactionDefinition;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.postgres.mutant.DelegatingDialect;
import org.reactivesessions.postgres.sweep.Cell.Moment;
import org.reactivesessions.postgres.sweep.Cell.Step;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** A dialect that tells a trap when BEGIN, COMMIT and ROLLBACK are about to be sent and when they were answered. */
final class ProbedDialect extends DelegatingDialect {

    private final Trap trap;
    private final Runnable beforeRelease;

    /**
     * @param beforeRelease hears that COMMIT or ROLLBACK was answered, so that giving the connection back comes next
     */
    ProbedDialect(Dialect probed, Trap trap, Runnable beforeRelease) {
        super(probed);
        this.trap = trap;
        this.beforeRelease = beforeRelease;
    }

    private Publisher<Void> probe(Step step, Publisher<Void> command) {
        return Mono.defer(() -> {
                    trap.reached(step, Moment.BEFORE);
                    return Mono.fromDirect(command);
                })
                .doOnSuccess(nothing -> trap.reached(step, Moment.AFTER));
    }

    @Override
    public Publisher<Void> begin(Connection physical, TransactionDefinition definition) {
        return probe(Step.BEGIN, super.begin(physical, definition));
    }

    @Override
    public Publisher<Void> commit(Connection physical) {
        return Mono.fromDirect(probe(Step.COMMIT, super.commit(physical))).doOnSuccess(nothing -> beforeRelease.run());
    }

    @Override
    public Publisher<Void> rollback(Connection physical) {
        return Mono.fromDirect(probe(Step.ROLLBACK, super.rollback(physical)))
                .doOnSuccess(nothing -> beforeRelease.run());
    }
}
