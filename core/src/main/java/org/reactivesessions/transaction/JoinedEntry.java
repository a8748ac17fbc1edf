package org.reactivesessions.transaction;

import java.time.Duration;
import org.reactivesessions.wire.Guest;

/** The connection of the outer scope itself, at once. Thread-safe. */
final class JoinedEntry implements Entry {

    private final Receiver receiver;
    private final HeldConnection outer;
    private final String name;

    JoinedEntry(Receiver receiver, HeldConnection outer, String name) {
        this.receiver = receiver;
        this.outer = outer;
        this.name = name;
    }

    @Override
    public void start() {
        Guest guest = new Guest(name, receiver::end);
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
