package org.reactivesessions.postgres.recovery;

import org.jspecify.annotations.Nullable;

/**
 * A call that has ended.
 *
 * @param at when it came, by {@link System#nanoTime()}
 * @param nanos how long it took
 * @param error why it has failed, {@code null} if it has not
 */
record Call(long at, long nanos, @Nullable Throwable error) {

    boolean isGood(long patience) {
        return error == null && nanos <= patience;
    }
}
