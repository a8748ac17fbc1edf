package org.reactivesessions.postgres.soak;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Chooses faults by a seed, and makes them happen one after another, with pauses between them. Used by one thread. */
final class Nemesis {

    private static final int SHORTEST_MILLIS = 200;
    private static final int MORE_MILLIS = 1_300;
    /** As long as a server that has crashed may take to let anybody in again. */
    private static final int RECOVERY_MILLIS = 10_000;

    private final Scene scene;
    private final Random random;
    private final List<Fault> choice = new ArrayList<>();
    private final Map<Fault, Integer> struck = new EnumMap<>(Fault.class);

    Nemesis(Scene scene, long seed) {
        this.scene = scene;
        this.random = new Random(seed);
        for (Fault fault : Fault.values()) {
            struck.put(fault, 0);
            for (int each = 0; each < fault.weight(); each++) {
                choice.add(fault);
            }
        }
    }

    /** Strikes until a moment of {@link System#nanoTime()}. */
    void rage(long untilNanos) throws InterruptedException, SQLException {
        while (System.nanoTime() - untilNanos < 0) {
            Fault fault = choice.get(random.nextInt(choice.size()));
            awaitServer();
            fault.strike(scene, random);
            struck.merge(fault, 1, Integer::sum);
            TimeUnit.MILLISECONDS.sleep(SHORTEST_MILLIS + random.nextInt(MORE_MILLIS));
        }
        awaitServer();
    }

    /** A fault that needs a session of its own must not meet a server that is still recovering from the one before. */
    private void awaitServer() throws InterruptedException, SQLException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(RECOVERY_MILLIS);
        while (true) {
            try {
                scene.text("SELECT 1");
                return;
            } catch (SQLException away) {
                if (System.nanoTime() - end > 0) {
                    throw away;
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
    }

    /** How often each fault has struck. */
    Map<Fault, Integer> struck() {
        return struck;
    }

    int faults() {
        return struck.values().stream().mapToInt(Integer::intValue).sum();
    }
}
