package org.reactivesessions.benchmarks;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.reactivesessions.benchmarks.report.RunSize;

/** What piles up before a reader who takes his time? */
final class SlowReadingSuite implements Suite {

    private static final int ROWS = Bench.ACCOUNTS;
    private static final int FETCH_SIZE = 256;
    private static final long NANOS_FOR_ONE = TimeUnit.MICROSECONDS.toNanos(20);
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double KIB = 1_024;

    private static int rounds(RunSize size) {
        return size == RunSize.FULL ? 5 : 1;
    }

    @Override
    public String name() {
        return "slow-consumer";
    }

    @Override
    public String method(RunSize size) {
        return "rounds: " + rounds(size) + " after one to warm up, " + ROWS + " rows";
    }

    @Override
    public List<Entrant> among(List<Entrant> who) {
        return who.stream().filter(Suites.ROW_READERS::contains).toList();
    }

    @Override
    public void measure(Bench bench, RunSize size, List<Entrant> who, Collected into) {
        for (int round = 0; round <= rounds(size); round++) {
            for (Entrant entrant : Lineup.order(round + 1, who)) {
                try (RowReader reader = RowReader.of(entrant, bench.direct())) {
                    reader.read(ROWS, RowReader.ALL_AT_ONCE, value -> {}); // its connection is there, and used
                    for (int fetchSize : new int[] {FETCH_SIZE, RowReader.ALL_AT_ONCE}) {
                        double millis = millis(reader, fetchSize);
                        double held = held(reader, fetchSize);
                        if (round > 0) {
                            Object[] params = {
                                "fetch size", fetchSize == RowReader.ALL_AT_ONCE ? "none" : Integer.toString(fetchSize)
                            };
                            into.add(entrant, "ms", millis, params);
                            into.add(entrant, "KiB", held / KIB, params);
                        }
                    }
                }
            }
        }
    }

    private static double millis(RowReader reader, int fetchSize) {
        long begin = System.nanoTime();
        reader.read(ROWS, fetchSize, value -> takeTime());
        return (System.nanoTime() - begin) / NANOS_PER_MILLI;
    }

    private static void takeTime() {
        long until = System.nanoTime() + NANOS_FOR_ONE;
        while (System.nanoTime() < until) {
            Thread.onSpinWait();
        }
    }

    /** The collections before the heap is looked at give whoever reads ahead all the time there is. */
    private static long held(RowReader reader, int fetchSize) {
        long before = HeapContent.usedNow();
        AtomicLong halfWay = new AtomicLong();
        AtomicLong seen = new AtomicLong();
        reader.read(ROWS, fetchSize, value -> {
            takeTime();
            if (seen.incrementAndGet() == ROWS / 2) {
                halfWay.set(HeapContent.usedNow());
            }
        });
        return Math.max(0, halfWay.get() - before);
    }
}
