package org.reactivesessions.proof.nemesis;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * The faults of a run, in their order: a function of the seed and of nothing else. When a fault is due is told in operations, so
 * that it does not matter how fast the machine is. Used by one thread.
 */
public final class Schedule {

    /** So many operations of faults are followed by so many without. */
    private static final long RAGE = 6_000;

    private static final long HEAL = 600;
    /** On average there is a fault at a COMMIT in so many operations, and another one in so many. */
    private static final int BETWEEN_COMMITS = 36;

    private static final int BETWEEN_OTHERS = 450;
    private static final int SHORTEST_MILLIS = 100;
    private static final int MORE_MILLIS = 900;

    private final Random commits;
    private final Random others;
    private final List<FaultKind> ofCommits;
    private final List<FaultKind> ofOthers;
    private int number;
    private long nextCommit;
    private long nextOther;

    public Schedule(long seed, Set<FaultKind> kinds) {
        this.commits = new Random(seed * 31 + 1);
        this.others = new Random(seed * 31 + 2);
        this.ofCommits = choice(kinds, true);
        this.ofOthers = choice(kinds, false);
        this.nextCommit = gap(commits, ofCommits, BETWEEN_COMMITS);
        this.nextOther = gap(others, ofOthers, BETWEEN_OTHERS);
    }

    /** With everything there is. */
    public static Schedule of(long seed) {
        return new Schedule(seed, EnumSet.allOf(FaultKind.class));
    }

    private static List<FaultKind> choice(Set<FaultKind> kinds, boolean ofCommits) {
        List<FaultKind> choice = new ArrayList<>();
        for (FaultKind kind : kinds) {
            for (int each = 0; kind.isOfCommits() == ofCommits && each < kind.weight(); each++) {
                choice.add(kind);
            }
        }
        return choice;
    }

    private static long gap(Random random, List<FaultKind> choice, int average) {
        return choice.isEmpty() ? Long.MAX_VALUE / 2 : 1 + random.nextInt(2 * average);
    }

    /** The next fault. */
    public Event next() {
        while (true) {
            boolean commit = nextCommit <= nextOther;
            long at = commit ? nextCommit : nextOther;
            Event event = commit ? event(at, commits, ofCommits) : event(at, others, ofOthers);
            if (commit) {
                nextCommit += gap(commits, ofCommits, BETWEEN_COMMITS);
            } else {
                nextOther += gap(others, ofOthers, BETWEEN_OTHERS);
            }
            if (at % (RAGE + HEAL) < RAGE) {
                number++;
                return new Event(number, at, event.fault(), event.millis(), event.choice());
            }
        }
    }

    private static Event event(long at, Random random, List<FaultKind> choice) {
        return new Event(
                0,
                at,
                choice.get(random.nextInt(choice.size())),
                SHORTEST_MILLIS + random.nextInt(MORE_MILLIS),
                random.nextInt(1_000));
    }
}
