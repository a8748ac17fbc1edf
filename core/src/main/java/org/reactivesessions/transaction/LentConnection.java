package org.reactivesessions.transaction;

import org.jspecify.annotations.Nullable;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.dialect.WriteGuard;
import org.reactivesessions.pool.Lease;
import org.reactivesessions.wire.Residue;
import org.reactivesessions.wire.StatementGate;
import reactor.core.publisher.Mono;

/**
 * A connection in the hands of somebody who begins and ends transactions by himself. Whatever he leaves behind is rolled
 * back, but nothing of his is cancelled on the server: it may be a COMMIT. Thread-safe.
 */
final class LentConnection extends SessionConnection {

    /** What is taken down for as long as he has it. */
    private final @Nullable WriteGuard lowered;
    /** Why it is taken away from him, if it is. */
    private volatile @Nullable Throwable end;

    LentConnection(Lease lease, Dialect dialect, TransactionOptions options, StatementGate gate) {
        super(lease, dialect, options, gate, null);
        this.lowered = lease.isGuarded() || lease.isSuspect() ? dialect.guard() : null;
    }

    /** He writes as he likes, so the guard goes down, ahead of his first statement and in the same flight. */
    @Override
    boolean startsEarly() {
        if (lowered == null || asksAtBegin()) {
            return false;
        }
        gate().expectBegin(statement -> true);
        return true;
    }

    @Override
    void begin(ControlCommand begin, Runnable then) {
        if (lowered == null) {
            super.begin(begin, then);
        } else {
            lease().executor().execute(() -> {
                begin.run(() -> lowered.lower(lease().connection()));
                then.run();
            });
        }
    }

    /** His BEGIN may be behind, or a write. */
    @Override
    boolean leftUncertain() {
        return gate().hasSent();
    }

    /** He may go whenever he likes. */
    @Override
    @Nullable
    Verdict obstacle(String name) {
        return null;
    }

    @Override
    void abandoned(String name, @Nullable Throwable error) {
        end = error;
    }

    /** Nothing around his statements would be cancelled with them, so he would wait for ever. */
    @Override
    boolean rollBack(ControlCommand rollback) {
        Throwable why = end;
        if (why != null) {
            gate().failOpen(why);
        }
        return super.rollBack(rollback);
    }

    /** What a library does is its own affair, so it may have done anything. */
    @Override
    Residue residue() {
        return super.residue() == Residue.BEYOND_RESET ? Residue.BEYOND_RESET : Residue.SESSION;
    }

    /**
     * A BEGIN that was cancelled may still be answered, so the driver's word that there is no transaction proves nothing.
     * A reset puts the guard up as well.
     */
    @Override
    Mono<Void> settle() {
        Mono<Void> ended = gate().isInterrupted() || inTransaction()
                ? Mono.fromDirect(dialect().rollback(lease().connection()))
                : Mono.empty();
        return lowered == null || isToBeReset()
                ? ended
                : ended.then(Mono.defer(() -> Mono.fromDirect(lowered.raise(lease().connection()))));
    }
}
