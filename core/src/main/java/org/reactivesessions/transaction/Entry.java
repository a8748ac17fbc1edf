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

    /** Why a connection that was delivered, and cannot be used yet, came too late. */
    default Throwable tooLate() {
        throw new IllegalStateException("A connection can be used at once here");
    }

    /** The database has answered the first command on the connection, with whatever it had to say. */
    default void answered() {
        // Of interest only where the connection is one's own.
    }

    /** The database has not answered the first command on the connection, which is lost. */
    default void lost(Throwable error) {
        // Of interest only where the connection is one's own.
    }

    /** Decides whether to ask for another connection in place of one that was lost like this; {@link #again} follows. */
    default boolean mayAskAgain(Throwable error) {
        return false;
    }

    /** Asks for another connection; the receiver hears as it did the first time. */
    default void again() {
        throw new IllegalStateException("There is only one connection to be had here");
    }

    /** The life has ended. */
    default void over() {
        // Nothing to give back.
    }
}
