package org.reactivesessions.benchmarks;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.reactivesessions.benchmarks.report.RunSize;

/** When is the only connection of use again whose query was cancelled at its first row? */
final class CancelSuite implements Suite {

    private static final Set<Entrant> KNOWN =
            EnumSet.of(Entrant.OURS, Entrant.OURS_UNGUARDED, Entrant.BYHAND, Entrant.SPRING, Entrant.JDBC);

    private static final double NANOS_PER_MILLI = 1e6;

    private static int rounds(RunSize size) {
        return size == RunSize.FULL ? 10 : 1;
    }

    @Override
    public String name() {
        return "cancel";
    }

    @Override
    public String method(RunSize size) {
        return "rounds: " + rounds(size) + " after one to warm up";
    }

    @Override
    public List<Entrant> among(List<Entrant> who) {
        return who.stream().filter(KNOWN::contains).toList();
    }

    @Override
    public void measure(Bench bench, RunSize size, List<Entrant> who, Collected into) {
        for (int round = 0; round <= rounds(size); round++) {
            for (Entrant entrant : Lineup.order(round + 1, who)) {
                try (Cancelling cancelling = Cancelling.of(entrant, bench.direct())) {
                    cancelling.next();
                    cancelling.firstRow();
                    long begin = System.nanoTime();
                    cancelling.next();
                    long took = System.nanoTime() - begin;
                    if (round > 0) {
                        into.add(entrant, "ms", took / NANOS_PER_MILLI);
                    }
                }
            }
        }
    }
}
