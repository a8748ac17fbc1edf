package org.reactivesessions.benchmarks;

import java.util.List;
import java.util.Locale;
import org.reactivesessions.benchmarks.Load.Sample;

/**
 * What one contender gave in one round.
 *
 * @param network what lay between
 * @param workload what it did
 * @param round counted from 1
 * @param contender who did it
 * @param sample what it gave
 */
record Figure(Network network, Workload workload, int round, Entrant contender, Sample sample) {

    /** The names of the columns. */
    static final String COLUMNS = "network,workload,round,contender,tx_per_s,cpu_us";

    private static final int COLUMN_COUNT = COLUMNS.split(",", -1).length;

    /**
     * Reads a line.
     *
     * @throws IllegalArgumentException if it is none
     */
    static Figure parse(String line) {
        List<String> fields = List.of(line.split(",", -1));
        if (fields.size() != COLUMN_COUNT) {
            throw new IllegalArgumentException(
                    "a line must have the columns " + COLUMNS + ", but this one is \"" + line + "\"");
        }
        return new Figure(
                Network.named(fields.get(0)),
                Workload.valueOf(fields.get(1)),
                Integer.parseInt(fields.get(2)),
                Entrant.named(fields.get(3)),
                new Sample(Double.parseDouble(fields.get(4)), Double.parseDouble(fields.get(5))));
    }

    /** The line of it. */
    String line() {
        return String.format(
                Locale.ROOT,
                "%s,%s,%d,%s,%.1f,%.2f",
                network,
                workload,
                round,
                contender,
                sample.perSecond(),
                sample.cpuMicros());
    }
}
