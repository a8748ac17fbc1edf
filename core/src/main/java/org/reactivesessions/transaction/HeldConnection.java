package org.reactivesessions.transaction;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.dialect.CommitAnswer;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.pool.Lease;
import org.reactivesessions.wire.GatedConnection;
import org.reactivesessions.wire.StatementGate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * The connection a life holds, and what the life does on the wire: BEGIN, COMMIT and ROLLBACK, each on the connection's
 * executor, behind the gate. Thread-safe.
 */
final class HeldConnection {

    private static final Logger log = LoggerFactory.getLogger(HeldConnection.class);

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
        return Verdict.obstacle(name, gate, lease.isOpen(), inTransaction());
    }

    Verdict verdict(String name, ControlCommand commit, @Nullable Throwable error) {
        return Verdict.of(name, gate, commit, error, this::commitAnswer);
    }

    /** Whether a transaction is open, or may be: a dialect that cannot tell costs the connection. */
    boolean inTransaction() {
        return orElse(true, () -> dialect.inTransaction(lease.connection()));
    }

    /** Whether a BEGIN that failed with this error left a connection that can be trusted. */
    boolean survives(Throwable beginError) {
        return orElse(false, () -> dialect.isServerError(beginError));
    }

    private CommitAnswer commitAnswer(Throwable error) {
        return orElse(CommitAnswer.UNKNOWN, () -> dialect.commitAnswer(error));
    }

    /** Asks the dialect, which is foreign code: what it throws must not keep the life from ending. */
    private <T> T orElse(T inDoubt, Supplier<T> question) {
        try {
            return question.get();
        } catch (Throwable thrown) {
            log.error("{}: the dialect failed; its connection will be destroyed", definition.name(), thrown);
            gate.doubt();
            return inDoubt;
        }
    }

    /** Gives the connection back, unless its state is uncertain. */
    Mono<Void> release() {
        return gate.isDoubtful() ? lease.destroy() : lease.release();
    }

    Mono<Void> destroy() {
        return lease.destroy();
    }
}
