package org.reactivesessions.transaction;

import org.jspecify.annotations.Nullable;
import org.reactivesessions.dialect.CommitAnswer;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.pool.Lease;
import org.reactivesessions.wire.StatementGate;
import reactor.core.publisher.Mono;

/** A connection for one transaction: BEGIN, COMMIT, ROLLBACK. Thread-safe. */
final class TransactionConnection extends HeldConnection {

    TransactionConnection(
            Lease lease,
            Dialect dialect,
            TransactionOptions options,
            StatementGate gate,
            @Nullable ServerCancels cancels) {
        super(lease, dialect, options.withDefaultIsolation(lease.defaultIsolation()), gate, cancels);
    }

    @Override
    boolean isTransactional() {
        return true;
    }

    @Override
    boolean asksAtBegin() {
        return true;
    }

    @Override
    void begin(ControlCommand begin) {
        lease().executor().execute(() -> begin.run(() -> dialect().begin(lease().connection(), definition())));
    }

    @Override
    @Nullable
    Verdict obstacle(String name) {
        boolean inTransaction = inTransaction(); // first, because not to be able to tell is an obstacle too
        Verdict obstacle = super.obstacle(name);
        return obstacle != null || inTransaction ? obstacle : Verdict.endedInside(name);
    }

    @Override
    void commit(ControlCommand commit) {
        gate().abandonOpen();
        commit.run(() -> dialect().commit(lease().connection()));
    }

    @Override
    Verdict verdict(String name, ControlCommand commit, @Nullable Throwable error) {
        return Verdict.of(
                name,
                gate(),
                commit,
                error,
                why -> orElse(CommitAnswer.UNKNOWN, () -> dialect().commitAnswer(why)));
    }

    @Override
    boolean rollBack(ControlCommand rollback) {
        gate().abandonOpen();
        if (gate().isDoubtful() || !lease().isOpen()) {
            return !rollback.abandon();
        }
        undo(rollback, () -> dialect().rollback(lease().connection()));
        return true;
    }

    /** A dialect that cannot tell costs the connection. */
    @Override
    boolean inTransaction() {
        return orElse(true, () -> dialect().inTransaction(lease().connection()));
    }

    @Override
    Mono<Void> release() {
        return gate().isDoubtful() ? lease().destroy() : lease().release();
    }

    @Override
    Mono<Void> destroy() {
        return lease().destroy();
    }
}
