package org.reactivesessions.transaction;

import org.jspecify.annotations.Nullable;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.pool.Lease;
import org.reactivesessions.wire.GatedConnection;
import org.reactivesessions.wire.StatementGate;
import reactor.core.publisher.Mono;

/**
 * The connection a life holds, and what the life does on the wire: BEGIN, COMMIT and ROLLBACK, each on the connection's
 * executor, behind the gate. Thread-safe.
 */
final class HeldConnection {

    private final Lease lease;
    private final Dialect dialect;
    private final TransactionOptions definition;
    private final StatementGate gate;

    HeldConnection(Lease lease, Dialect dialect, TransactionOptions options, StatementGate gate) {
        this.lease = lease;
        this.dialect = dialect;
        this.definition = options.withDefaultIsolation(lease.defaultIsolation());
        this.gate = gate;
    }

    void begin(ControlCommand begin) {
        lease.executor().execute(() -> begin.run(() -> dialect.begin(lease.connection(), definition)));
    }

    /** What the function sees. */
    GatedConnection facade() {
        return dialect.wrap(lease.connection(), gate, definition);
    }

    /** Runs a continuation behind the closed gate: everything admitted is enqueued, nothing follows. */
    void close(Runnable then) {
        gate.close(then);
    }

    /** Sends COMMIT; behind the closed gate. */
    void commit(ControlCommand commit) {
        gate.abandonOpen();
        commit.run(() -> dialect.commit(lease.connection()));
    }

    /** Cancels what still runs and sends ROLLBACK; behind the closed gate. False if the connection is beyond that. */
    boolean rollBack(ControlCommand rollback) {
        gate.abandonOpen();
        if (gate.isDoubtful() || !lease.isOpen()) {
            return !rollback.abandon();
        }
        rollback.run(() -> dialect.rollback(lease.connection()));
        return true;
    }

    /** How the life ends instead, if COMMIT must not be sent although the function has completed. */
    @Nullable
    Verdict obstacle(String name) {
        return Verdict.obstacle(name, dialect, gate, lease);
    }

    Verdict verdict(String name, ControlCommand commit, @Nullable Throwable error) {
        return Verdict.of(name, dialect, gate, commit, error);
    }

    boolean inTransaction() {
        return dialect.inTransaction(lease.connection());
    }

    /** Whether a BEGIN that failed with this error left a connection that can be trusted. */
    boolean survives(Throwable beginError) {
        return dialect.isServerError(beginError);
    }

    /** Gives the connection back, unless its state is uncertain. */
    Mono<Void> release() {
        return gate.isDoubtful() ? lease.destroy() : lease.release();
    }

    Mono<Void> destroy() {
        return lease.destroy();
    }
}
