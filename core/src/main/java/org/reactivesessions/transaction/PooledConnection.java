package org.reactivesessions.transaction;

import org.jspecify.annotations.Nullable;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.pool.Lease;
import org.reactivesessions.pool.Reuse;
import org.reactivesessions.wire.Residue;
import org.reactivesessions.wire.StatementGate;
import reactor.core.publisher.Mono;

/**
 * A connection of the pool that one scope has for itself, and that the next scope is to find as it was. What the scope may have
 * left is read off its statements; a connection that has to be reset and was not is destroyed. Thread-safe.
 */
abstract class PooledConnection extends HeldConnection {

    private volatile boolean wasReset;

    PooledConnection(
            Lease lease,
            Dialect dialect,
            TransactionOptions definition,
            StatementGate gate,
            @Nullable ServerCancels cancels) {
        super(lease, dialect, definition, gate, cancels);
    }

    /** What the scope may have left on the connection. */
    Residue residue() {
        return gate().conduct().residue();
    }

    /** Whether the connection may go to the next scope with nothing but its last answer. */
    final boolean leavesNothing() {
        return lease().reuse(residue()) == Reuse.AS_IT_IS;
    }

    /** Whether it will be reset; does not change any more when the gate is closed. */
    final boolean isToBeReset() {
        return lease().reuse(residue()) == Reuse.AFTER_RESET;
    }

    @Override
    @Nullable
    Mono<Void> reset() {
        return isToBeReset() && !gate().isDoubtful() && lease().isOpen() ? lease().reset() : null;
    }

    @Override
    void wasReset() {
        wasReset = true;
    }

    /** Whether nothing of what was sent is left, because it was taken away. */
    final boolean isReset() {
        return wasReset;
    }

    @Override
    Mono<Void> release() {
        boolean reusable = !gate().isDoubtful() && (wasReset || (leavesNothing() && mayBeUsedAgain()));
        if (!wasReset && gate().conduct().isUnsettled()) {
            lease().suspect(true);
        }
        return reusable ? lease().release() : lease().destroy();
    }

    /** Whether nothing else speaks against it; for a connection that was not reset. */
    boolean mayBeUsedAgain() {
        return true;
    }

    @Override
    Mono<Void> destroy() {
        return lease().destroy();
    }
}
