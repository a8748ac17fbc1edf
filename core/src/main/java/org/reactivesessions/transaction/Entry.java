package org.reactivesessions.transaction;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The way into a scope: how a life gets what it works on. Exactly one thing happens to it: a connection is delivered, it
 * fails, it is timed out, or it is cancelled. Thread-safe.
 */
interface Entry {

    /** Who gets the connection. */
    interface Receiver {

        /** Takes the connection over. */
        void delivered(HeldConnection connection);

        /** Hears that there will be none. */
        void failed(Throwable error);

        /** Hears that a subscriber threw where nobody may throw: the scope has to end. */
        void end(@Nullable Throwable why);
    }

    /** Asks for the connection; called once. */
    void start();

    /** Whether nothing has been decided yet. */
    boolean isPending();

    /** Gives up; {@code true} if this call decided it, and then the receiver hears nothing. */
    boolean cancel();

    /** Gives up because the time is over, unless something was decided already; the receiver hears why. */
    void expire();

    /** How long it may take. */
    Duration limit();
}
