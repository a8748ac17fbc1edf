package org.reactivesessions.transaction;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.dialect.FailureClass;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.WriteOutsideTransactionException;
import org.reactivesessions.pool.Lease;
import org.reactivesessions.wire.GatedConnection;
import org.reactivesessions.wire.StatementGate;
import reactor.core.publisher.Mono;

/**
 * A connection without a transaction: every statement stands for itself, so there is nothing to begin, to commit or to
 * undo. If a statement was cancelled, a barrier is sent at the end, whose answer shows that the database is done with it.
 * Thread-safe.
 */
class SessionConnection extends PooledConnection {

    /** Whether the connection has to show that it is alive. */
    private final boolean silent;

    SessionConnection(
            Lease lease,
            Dialect dialect,
            TransactionOptions options,
            StatementGate gate,
            @Nullable ServerCancels cancels) {
        super(lease, dialect, options, gate, cancels);
        this.silent = !lease.isFresh();
    }

    @Override
    GatedConnection facade() {
        return dialect()
                .wrap(lease().connection(), gate(), GatedConnection.withoutTransaction(lease().defaultIsolation()));
    }

    @Override
    String called(ControlStep step) {
        return step == ControlStep.BEGIN ? "the start of the session" : "the barrier at the end of the session";
    }

    @Override
    boolean isTransactional() {
        return false;
    }

    @Override
    boolean asksAtBegin() {
        return silent;
    }

    @Override
    Duration beginLimit(Duration most) {
        return silent ? lease().firstAnswerWithin(most) : most;
    }

    @Override
    void begin(ControlCommand begin, Runnable then) {
        lease().executor().execute(() -> {
            begin.run(() -> silent ? dialect().barrier(lease().connection()) : Mono.empty());
            then.run();
        });
    }

    @Override
    void commit(ControlCommand commit) {
        gate().abandonOpen();
        commit.run(this::settle);
    }

    @Override
    Verdict verdict(String name, ControlCommand commit, @Nullable Throwable error) {
        return error == null ? Verdict.success() : Verdict.uncertain(error);
    }

    @Override
    boolean rollBack(ControlCommand rollback) {
        gate().abandonOpen();
        if (gate().isDoubtful() || !lease().isOpen()) {
            return !rollback.abandon();
        }
        undo(rollback, this::settle);
        return true;
    }

    /** What makes the connection fit for the next borrower; nothing if it is. */
    Mono<Void> settle() {
        return gate().isInterrupted() ? Mono.fromDirect(dialect().barrier(lease().connection())) : Mono.empty();
    }

    /** A statement that was left running has to be cancelled too. */
    @Override
    boolean inTransaction() {
        return gate().openStatement() != null || orElse(true, () -> dialect().inTransaction(lease().connection()));
    }

    /** A write where the connection takes none outside a transaction; the driver's words do not say what to do. */
    @Override
    Throwable describe(String who, Throwable error) {
        return (lease().isGuarded() || lease().isSuspect())
                        && dialect().classify(LifePhase.ACTIVE, error) == FailureClass.READ_ONLY
                ? new WriteOutsideTransactionException(who, error)
                : super.describe(who, error);
    }
}
