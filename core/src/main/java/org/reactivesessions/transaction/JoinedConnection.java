package org.reactivesessions.transaction;

import org.jspecify.annotations.Nullable;
import org.reactivesessions.wire.Guest;
import org.reactivesessions.wire.StatementGate;
import reactor.core.publisher.Mono;

/**
 * The connection of an outer scope, shared: nothing is sent. In a transaction, an inner function that fails or is cancelled
 * keeps the outer one from committing, because half of the work is not there. Thread-safe.
 */
final class JoinedConnection extends HeldConnection {

    private final HeldConnection outer;

    private final Guest guest;

    JoinedConnection(HeldConnection outer, Guest guest) {
        super(outer.lease(), outer.dialect(), outer.definition(), outer.gate(), null);
        this.outer = outer;
        this.guest = guest;
    }

    /** A request hits whatever runs on the connection, so all scopes on it have one in common. */
    @Override
    @Nullable
    ServerCancel serverCancel() {
        return outer.serverCancel();
    }

    @Override
    boolean isTransactional() {
        return outer.isTransactional();
    }

    @Override
    void begin(ControlCommand begin, Runnable then) {
        begin.run(() -> gate().isClosed() ? Mono.error(gate().usedAfterEnd()) : Mono.empty());
        then.run();
    }

    /** The gate is the outer scope's, which may not have begun. */
    @Override
    void begun() {
        // Nothing was sent.
    }

    @Override
    void beginFailed(Throwable error) {
        // Nothing was sent.
    }

    /** The gate is the outer scope's, which goes on. */
    @Override
    void endDecided(boolean byFunction, @Nullable Throwable where) {
        // Nothing has ended.
    }

    @Override
    boolean survives(Throwable beginError) {
        return true;
    }

    /** The gate is the outer scope's. */
    @Override
    void close(Runnable then) {
        lease().executor().execute(then);
    }

    @Override
    boolean shut() {
        return lease().executor().isCurrent();
    }

    @Override
    void closeOrderly(Runnable then) {
        close(then);
    }

    @Override
    @Nullable
    Verdict obstacle(String scope) {
        return gate().isClosed() ? Verdict.failed(StatementGate.ended()) : null;
    }

    @Override
    void commit(ControlCommand commit) {
        commit.run(Mono::empty);
    }

    @Override
    Verdict verdict(String scope, ControlCommand commit, @Nullable Throwable error) {
        return Verdict.success();
    }

    @Override
    boolean rollBack(ControlCommand rollback) {
        rollback.run(Mono::empty);
        return true;
    }

    @Override
    void abandoned(String scope, @Nullable Throwable error) {
        if (outer.isTransactional()) {
            outer.innerFailed(scope, error);
        }
    }

    /** On the way through, so that the scope that is to commit hears of it. */
    @Override
    void innerFailed(String scope, @Nullable Throwable error) {
        outer.innerFailed(scope, error);
    }

    @Override
    boolean inTransaction() {
        return false;
    }

    @Override
    Mono<Void> release() {
        return Mono.fromRunnable(() -> gate().dismiss(guest));
    }

    @Override
    Mono<Void> destroy() {
        gate().doubt();
        return release();
    }
}
