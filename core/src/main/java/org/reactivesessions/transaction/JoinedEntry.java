package org.reactivesessions.transaction;

import java.time.Duration;
import java.util.function.Consumer;

/** The connection of the outer scope itself, at once. Thread-safe. */
final class JoinedEntry implements Entry {

    private final Receiver receiver;
    private final HeldConnection outer;

    JoinedEntry(Receiver receiver, HeldConnection outer) {
        this.receiver = receiver;
        this.outer = outer;
    }

    @Override
    public void start() {
        Consumer<Throwable> guest = receiver::end;
        outer.gate().host(guest);
        receiver.delivered(new JoinedConnection(outer, guest));
    }

    @Override
    public boolean isPending() {
        return false;
    }

    @Override
    public boolean cancel() {
        return false;
    }

    @Override
    public void expire() {
        // Nothing is waited for.
    }

    @Override
    public Duration limit() {
        return Duration.ZERO;
    }
}
