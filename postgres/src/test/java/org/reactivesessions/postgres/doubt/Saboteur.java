package org.reactivesessions.postgres.doubt;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.reactivesessions.testkit.proxy.FaultProxy;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;

/** Resets one link after the other, each at a COMMIT or at the answer to one, until it is stopped. */
final class Saboteur {

    private static final int MOST_BETWEEN = 60;

    private final FaultProxy proxy;
    private final Random random;
    private final Thread thread;
    private volatile boolean stopped;
    private volatile int resets;

    private Saboteur(FaultProxy proxy, long seed) {
        this.proxy = proxy;
        this.random = new Random(seed);
        this.thread = new Thread(this::work, "saboteur");
    }

    static Saboteur start(FaultProxy proxy, long seed) {
        Saboteur saboteur = new Saboteur(proxy, seed);
        saboteur.thread.setDaemon(true);
        saboteur.thread.start();
        return saboteur;
    }

    private void work() {
        int done = 0;
        try {
            while (!stopped) {
                FrameMatch match = random.nextBoolean()
                        ? FrameMatch.fromClient('Q').sql(Sightings.COMMIT)
                        : FrameMatch.fromServer('C').answering(Sightings.COMMIT);
                Rule rule = proxy.reset(match.nth(1 + random.nextInt(MOST_BETWEEN)));
                while (rule.hits() == 0 && !stopped) {
                    TimeUnit.MILLISECONDS.sleep(1);
                }
                rule.remove();
                done += rule.hits();
                resets = done;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** How many links it has reset. */
    int resets() {
        return resets;
    }

    void stop() throws InterruptedException {
        stopped = true;
        thread.join();
    }
}
