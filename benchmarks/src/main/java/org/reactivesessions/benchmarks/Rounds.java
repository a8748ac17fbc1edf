package org.reactivesessions.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.reactivesessions.benchmarks.ClosedLoop.Sample;

/** The figures of interleaved rounds and their ratio. Not thread-safe. */
final class Rounds {

    /**
     * One round: both contenders, one right after the other.
     *
     * @param ours what the library gave
     * @param byHand what the textbook gave
     */
    record Round(Sample ours, Sample byHand) {

        /** Transactions per second, ours to theirs. */
        double ratio() {
            return ours.perSecond() / byHand.perSecond();
        }

        /** Processor time per transaction, theirs to ours: more than 1 means that ours needs less. */
        double cpuRatio() {
            return byHand.cpuMicros() / ours.cpuMicros();
        }
    }

    private final List<Round> rounds = new ArrayList<>();

    void add(Round round) {
        rounds.add(round);
    }

    @Override
    public String toString() {
        return "ours / byhand: throughput " + summary(Round::ratio) + "; per processor second "
                + summary(Round::cpuRatio) + "; " + rounds.size() + " rounds";
    }

    private String summary(ToDoubleFunction<Round> ratio) {
        double[] sorted = rounds.stream().mapToDouble(ratio).sorted().toArray();
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return String.format(Locale.ROOT, "median %.3f (%.3f to %.3f)", median, sorted[0], sorted[sorted.length - 1]);
    }
}
