package org.reactivesessions.transaction;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * The moment at which a scope, and everything inside it, has to be over. It travels in the Reactor Context, through scopes of
 * any database, and a scope inside can only shorten it. Immutable.
 *
 * @param nanos the moment, by {@link System#nanoTime}
 * @param limit how long whoever set it may take
 * @param owner the name of who set it
 */
record DueTime(long nanos, Duration limit, String owner) {

    private static final Duration LEAST = Duration.ofMillis(1);

    /** The key in the Context: of the class, because it is the same for all databases. */
    private static final Object KEY = DueTime.class;

    /** What a scope has to keep: the earlier one of its own and that around it, {@code null} if there is none. */
    static @Nullable DueTime of(TransactionOptions options, ContextView context, long now) {
        DueTime around = context.getOrDefault(KEY, null);
        Duration limit = options.timeLimit();
        if (limit == null) {
            return around;
        }
        DueTime own = new DueTime(now + limit.toNanos(), limit, options.name());
        return around != null && around.nanos - own.nanos < 0 ? around : own;
    }

    /** The Context of what is inside. */
    static Context into(Context context, @Nullable DueTime due) {
        return due == null ? context : context.put(KEY, due);
    }

    /** What is left, never nothing: a database takes zero for no limit. */
    Duration left(long now) {
        Duration left = Duration.ofNanos(nanos - now);
        return left.compareTo(LEAST) < 0 ? LEAST : left;
    }
}
