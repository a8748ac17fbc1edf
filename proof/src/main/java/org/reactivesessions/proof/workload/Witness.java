package org.reactivesessions.proof.workload;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What an operation notices while it runs: its last attempt, and what no attempt may ever see. Thread-safe. */
public final class Witness {

    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private final List<String> alarms = new CopyOnWriteArrayList<>();

    /** An attempt begins; what the one before it saw counts no more. */
    void begin() {
        seen.clear();
    }

    void see(Seen one) {
        seen.add(one);
    }

    /** Notes what should never be. */
    public void alarm(String what) {
        alarms.add(what);
    }

    /** What its last attempt saw. */
    public List<Seen> seen() {
        return List.copyOf(seen);
    }

    /** What was noted that should never be. */
    public List<String> alarms() {
        return List.copyOf(alarms);
    }
}
