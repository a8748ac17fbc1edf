package org.reactivesessions.scripted;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Contestants that start together, round after round. */
public final class Race {

    /** How often the order has to be decided anew before we believe it. */
    public static final int ROUNDS = 10_000;

    private static final int MOST_SPINS = 200;

    private Race() {}

    /** One round: what is made for it, who runs, and what must be true afterwards. */
    public interface Round {

        /** Who starts together. */
        List<Runnable> contestants();

        /** Called when all have come to their end. */
        void check();
    }

    /** Runs {@link #ROUNDS} rounds. */
    public static void run(int contestants, Supplier<? extends Round> rounds) {
        ExecutorService threads = Executors.newFixedThreadPool(contestants);
        CyclicBarrier start = new CyclicBarrier(contestants);
        try {
            for (int i = 0; i < ROUNDS; i++) {
                Round round = rounds.get();
                List<Future<?>> running = new ArrayList<>();
                for (Runnable contestant : round.contestants()) {
                    running.add(threads.submit(() -> {
                        start.await(30, TimeUnit.SECONDS);
                        stagger();
                        contestant.run();
                        return contestant;
                    }));
                }
                for (Future<?> one : running) {
                    one.get(30, TimeUnit.SECONDS);
                }
                round.check();
            }
        } catch (RuntimeException unchecked) {
            throw unchecked;
        } catch (Exception failed) {
            throw new AssertionError("A contestant failed", failed);
        } finally {
            threads.shutdownNow();
        }
    }

    /** Makes the first instruction of everybody a matter of luck. */
    private static void stagger() {
        for (int i = ThreadLocalRandom.current().nextInt(MOST_SPINS); i > 0; i--) {
            Thread.onSpinWait();
        }
    }
}
