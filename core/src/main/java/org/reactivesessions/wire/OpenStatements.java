package org.reactivesessions.wire;

import io.r2dbc.spi.R2dbcException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What was sent in one scope and has not ended, in the order in which it was sent, and what became of the rest. What is open
 * inside a nested scope is open in its parent too. Thread-safe.
 */
final class OpenStatements {

    private final @Nullable OpenStatements parent;
    // Both hold very few: a scope seldom has more than one statement open. Guarded by themselves.
    private final List<GatedSubscriber<?>> open = new ArrayList<>(2);
    private final List<Runnable> leftovers = new ArrayList<>(0);
    private final AtomicReference<@Nullable R2dbcException> firstError = new AtomicReference<>();
    private volatile boolean used;
    private volatile boolean interrupted;
    private volatile @Nullable Consumer<@Nullable Throwable> firstAnswer;
    private volatile @Nullable Runnable fullAnswer;

    OpenStatements(@Nullable OpenStatements parent) {
        this.parent = parent;
    }

    boolean isUsed() {
        return used;
    }

    void opened(GatedSubscriber<?> statement) {
        used = true;
        synchronized (open) {
            open.add(statement);
        }
        if (parent != null) {
            parent.opened(statement);
        }
    }

    void ended(GatedSubscriber<?> statement, @Nullable Throwable error) {
        if (error instanceof R2dbcException database && database.getSqlState() != null) {
            firstError.compareAndSet(null, database);
        }
        remove(statement, false);
    }

    void cancelled(GatedSubscriber<?> statement) {
        remove(statement, true);
    }

    private void remove(GatedSubscriber<?> statement, boolean early) {
        boolean wasOpen;
        synchronized (open) {
            wasOpen = open.remove(statement);
        }
        if (early && wasOpen) {
            interrupted = true;
        }
        if (parent != null) {
            parent.remove(statement, early);
        }
    }

    /** The SQL text of one that is open, or {@code null} when there is none. */
    @Nullable
    String first() {
        synchronized (open) {
            return open.isEmpty() ? null : open.get(0).what();
        }
    }

    /** Whether there are rows that have stopped because nobody asks for more, behind which all others wait. */
    boolean arePaused() {
        return copyOf(open).stream().anyMatch(GatedSubscriber::isPaused);
    }

    /** The oldest one of a kind, sent ahead of another in any scope of the connection, or {@code null}. */
    @Nullable
    GatedSubscriber<?> aheadOf(@Nullable GatedSubscriber<?> other, Predicate<GatedSubscriber<?>> kind) {
        if (parent != null) {
            return parent.aheadOf(other, kind);
        }
        for (GatedSubscriber<?> statement : copyOf(open)) {
            if (statement == other) {
                return null;
            }
            if (kind.test(statement)) {
                return statement;
            }
        }
        return null;
    }

    /** Who hears, once, that the database has answered for the first time, or what was seen instead. */
    void onFirstAnswer(Consumer<@Nullable Throwable> hearer) {
        firstAnswer = hearer;
    }

    /** Who hears whenever the database has answered a statement to its end. */
    void onFullAnswer(Runnable hearer) {
        fullAnswer = hearer;
    }

    void answeredInFull() {
        Runnable hearer = fullAnswer;
        if (hearer != null) {
            hearer.run();
        }
    }

    void answered(@Nullable Throwable error) {
        Consumer<@Nullable Throwable> hearer = firstAnswer;
        if (hearer != null) {
            firstAnswer = null;
            hearer.accept(error);
        }
    }

    boolean isInterrupted() {
        return interrupted;
    }

    @Nullable
    R2dbcException firstError() {
        return firstError.get();
    }

    void remember(Runnable leftover) {
        synchronized (leftovers) {
            leftovers.add(leftover);
        }
        if (parent != null) {
            parent.remember(leftover);
        }
    }

    void forget(Runnable leftover) {
        synchronized (leftovers) {
            leftovers.remove(leftover);
        }
        if (parent != null) {
            parent.forget(leftover);
        }
    }

    /** Ends what is open with an error. */
    void fail(Throwable error) {
        copyOf(open).forEach(statement -> statement.giveUp(error));
    }

    /** Cancels what is open and hands out what was left over. */
    void abandon(Consumer<Runnable> drain) {
        copyOf(open).forEach(GatedSubscriber::cancel);
        List<Runnable> drains = copyOf(leftovers);
        synchronized (leftovers) {
            leftovers.clear();
        }
        interrupted |= !drains.isEmpty();
        drains.forEach(drain);
    }

    /** Outside the lock, because what is done with them is foreign code. */
    private static <T> List<T> copyOf(List<T> guarded) {
        synchronized (guarded) {
            return guarded.isEmpty() ? List.of() : List.copyOf(guarded);
        }
    }
}
