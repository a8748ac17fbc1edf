package org.reactivesessions.transaction;

import org.jspecify.annotations.Nullable;
import org.reactivesessions.wire.StatementGate;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * The connection of an outer transaction from a savepoint on: SAVEPOINT, RELEASE, ROLLBACK TO. What becomes uncertain here
 * makes the outer transaction uncertain. Once the outer scope is closed, its ROLLBACK undoes the savepoint too, and nothing
 * is sent. Thread-safe.
 */
final class SavepointConnection extends HeldConnection {

    private final HeldConnection outer;
    private final String savepoint;
    private volatile boolean open;

    SavepointConnection(HeldConnection outer, StatementGate gate) {
        super(outer.lease(), outer.dialect(), outer.definition(), gate, null);
        this.outer = outer;
        this.savepoint = "s" + (outer instanceof SavepointConnection nested ? nested.depth() + 1 : 1);
    }

    private int depth() {
        return Integer.parseInt(savepoint.substring(1));
    }

    @Override
    String called(ControlStep step) {
        return switch (step) {
            case BEGIN -> "SAVEPOINT";
            case COMMIT -> "RELEASE SAVEPOINT";
            case ROLLBACK -> "ROLLBACK TO SAVEPOINT";
        };
    }

    /** A request hits whatever runs on the connection, so all scopes on it have one in common. */
    @Override
    @Nullable
    ServerCancel serverCancel() {
        return outer.serverCancel();
    }

    @Override
    boolean isTransactional() {
        return true;
    }

    /** A statement behind a SAVEPOINT that fails is refused, because the transaction has failed before. */
    @Override
    boolean startsEarly() {
        gate().expectBegin(statement -> true);
        return true;
    }

    @Override
    void begin(ControlCommand begin, Runnable then) {
        lease().executor().execute(() -> {
            if (outer.gate().isClosed()) {
                begin.run(() -> Mono.error(StatementGate.ended()));
            } else {
                open = true; // from now on there may be a savepoint
                gate().conduct().tell("SAVEPOINT " + savepoint);
                begin.run(() -> dialect().savepoint(lease().connection(), savepoint));
            }
            then.run();
        });
    }

    @Override
    void leaving() {
        gate().leaving();
    }

    /** A SAVEPOINT that the server refused set none. */
    @Override
    boolean survives(Throwable beginError) {
        boolean refused = outer.gate().isClosed() || super.survives(beginError);
        open &= !refused;
        return refused;
    }

    @Override
    void commit(ControlCommand commit) {
        gate().abandonOpen();
        gate().conduct().tell("RELEASE SAVEPOINT " + savepoint);
        commit.run(() -> closing(dialect().releaseSavepoint(lease().connection(), savepoint)));
    }

    private Mono<Void> closing(Publisher<Void> command) {
        return Mono.fromDirect(command).doOnSuccess(nothing -> open = false);
    }

    @Override
    @Nullable
    Verdict obstacle(String name) {
        return outer.gate().isClosed() ? Verdict.failed(StatementGate.ended()) : super.obstacle(name);
    }

    @Override
    Verdict verdict(String name, ControlCommand commit, @Nullable Throwable error) {
        return Verdict.ofRelease(name, gate(), error, error != null && super.survives(error));
    }

    @Override
    boolean rollBack(ControlCommand rollback) {
        gate().abandonOpen();
        if (outer.gate().isClosed()) {
            open = false;
            rollback.run(Mono::empty);
            return true;
        }
        if (gate().isDoubtful() || !lease().isOpen()) {
            return !rollback.abandon();
        }
        gate().conduct().tell("ROLLBACK TO SAVEPOINT " + savepoint);
        undo(rollback, () -> closing(dialect().rollbackToSavepoint(lease().connection(), savepoint)));
        return true;
    }

    @Override
    boolean inTransaction() {
        return open && !outer.gate().isClosed();
    }

    @Override
    Mono<Void> release() {
        return Mono.fromRunnable(gate()::leave);
    }

    @Override
    Mono<Void> destroy() {
        return Mono.fromRunnable(() -> {
            gate().doubt();
            gate().leave();
        });
    }
}
