package org.reactivesessions.testkit.rollback;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Somebody's turn on the one connection of a test: waited for, then had, then over. Used once. Thread-safe.
 *
 * @since 0.1.0
 */
public final class Turn {

    private enum State {
        WAITING,
        HAD,
        OVER
    }

    private final Turns turns;
    private final String who;
    private final Throwable stack;
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    private volatile @Nullable MonoSink<Void> waiter;

    Turn(Turns turns, String who, Throwable stack) {
        this.turns = turns;
        this.who = who;
        this.stack = stack;
    }

    /**
     * Waits for it. Whoever gives up, or hears of an error, calls {@link #over}.
     *
     * @param patience how long to wait
     * @return a mono that completes when it is this turn; subscribed once; it signals {@link IllegalStateException} when the
     *     patience is over, with a message that names who has the turn
     */
    public Mono<Void> come(Duration patience) {
        return Mono.<Void>create(sink -> {
                    waiter = sink;
                    turns.enqueue(this);
                })
                .timeout(patience, Mono.error(() -> turns.notInTime(this, patience)));
    }

    /** Whether it is this one's turn now, {@code false} if it was given up meanwhile. */
    boolean begin() {
        return state.compareAndSet(State.WAITING, State.HAD);
    }

    void tell() {
        MonoSink<Void> sink = waiter;
        if (sink != null) {
            sink.success();
        }
    }

    /** Ends it, from whatever state, and the next one's begins; a second call does nothing. */
    public void over() {
        if (state.getAndSet(State.OVER) != State.OVER) {
            turns.over(this);
        }
    }

    String who() {
        return who;
    }

    Throwable stack() {
        return stack;
    }
}
