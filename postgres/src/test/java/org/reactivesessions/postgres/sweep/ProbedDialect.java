package org.reactivesessions.postgres.sweep;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.TransactionDefinition;
import org.reactivesessions.dialect.CommitAnswer;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.postgres.sweep.Cell.Moment;
import org.reactivesessions.postgres.sweep.Cell.Step;
import org.reactivesessions.wire.GatedConnection;
import org.reactivesessions.wire.StatementGate;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** A dialect that tells a trap when BEGIN, COMMIT and ROLLBACK are about to be sent and when they were answered. */
final class ProbedDialect implements Dialect {

    private final Dialect probed;
    private final Trap trap;
    private final Runnable beforeRelease;

    /**
     * @param beforeRelease hears that COMMIT or ROLLBACK was answered, so that giving the connection back comes next
     */
    ProbedDialect(Dialect probed, Trap trap, Runnable beforeRelease) {
        this.probed = probed;
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
        return probe(Step.BEGIN, probed.begin(physical, definition));
    }

    @Override
    public Publisher<Void> commit(Connection physical) {
        return Mono.fromDirect(probe(Step.COMMIT, probed.commit(physical))).doOnSuccess(nothing -> beforeRelease.run());
    }

    @Override
    public Publisher<Void> rollback(Connection physical) {
        return Mono.fromDirect(probe(Step.ROLLBACK, probed.rollback(physical)))
                .doOnSuccess(nothing -> beforeRelease.run());
    }

    @Override
    public boolean inTransaction(Connection physical) {
        return probed.inTransaction(physical);
    }

    @Override
    public boolean isServerError(Throwable error) {
        return probed.isServerError(error);
    }

    @Override
    public CommitAnswer commitAnswer(Throwable error) {
        return probed.commitAnswer(error);
    }

    @Override
    public Object nullParameter() {
        return probed.nullParameter();
    }

    @Override
    public GatedConnection wrap(Connection physical, StatementGate gate, TransactionDefinition definition) {
        return probed.wrap(physical, gate, definition);
    }
}
