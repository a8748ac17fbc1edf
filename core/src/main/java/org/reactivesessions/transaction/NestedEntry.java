package org.reactivesessions.transaction;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.reactivesessions.error.TransactionTimeoutException;
import org.reactivesessions.wire.StatementGate;

/** A place inside the gate of an outer transaction, which has one at a time. Thread-safe. */
final class NestedEntry implements Entry, StatementGate.Entrant {

    private final Receiver receiver;
    private final HeldConnection outer;
    private final String name;
    private final Duration limit;
    private final AtomicBoolean decided = new AtomicBoolean();

    NestedEntry(Receiver receiver, HeldConnection outer, String name, Duration limit) {
        this.receiver = receiver;
        this.outer = outer;
        this.name = name;
        this.limit = limit;
    }

    @Override
    public void start() {
        outer.gate().enter(name, receiver::end, this);
    }

    @Override
    public void entered(StatementGate gate) {
        if (decided.compareAndSet(false, true)) {
            receiver.delivered(new SavepointConnection(outer, gate));
        } else {
            gate.leave();
        }
    }

    @Override
    public void refused(Throwable error) {
        if (decided.compareAndSet(false, true)) {
            receiver.failed(error);
        }
    }

    @Override
    public boolean isPending() {
        return !decided.get();
    }

    @Override
    public boolean cancel() {
        return decided.compareAndSet(false, true);
    }

    @Override
    public void expire() {
        refused(TransactionTimeoutException.notLetIn(name, limit, before()));
    }

    /** Who is inside may have left at this moment. */
    private String before() {
        String inside = outer.gate().innerScope();
        return inside == null ? "what runs around it" : "\"" + inside + "\", which is nested beside it,";
    }

    @Override
    public Duration limit() {
        return limit;
    }
}
