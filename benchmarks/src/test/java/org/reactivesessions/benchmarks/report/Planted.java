package org.reactivesessions.benchmarks.report;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Results that nobody has measured. */
final class Planted {

    private Planted() {}

    static SuiteResult concurrency(RunSize size, double ours) {
        return new SuiteResult(
                "concurrency",
                size,
                "invented",
                List.of("machine   of a test"),
                List.of(
                        perSecond("ours", "1", ours, ours + 20),
                        perSecond("jdbc", "1", 200, 200),
                        perSecond("ours", "64", 900, 1_100),
                        perSecond("byhand", "64", 500, 500)));
    }

    private static Measurement perSecond(String contender, String callers, double... values) {
        return new Measurement(
                Map.of("contender", contender, "callers", callers),
                "tx/s",
                Arrays.stream(values).boxed().toList());
    }

    static SuiteResult health(RunSize size, double millis) {
        return new SuiteResult(
                "health",
                size,
                "invented",
                List.of("machine   of a test"),
                List.of(new Measurement(Map.of("contender", "ours"), "median, ms", List.of(millis))));
    }

    static SuiteResult throughput(double ours, double others) {
        return new SuiteResult(
                "throughput",
                RunSize.FULL,
                "invented",
                List.of("machine   of another test"),
                List.of(
                        read1("ours", ours),
                        read1("byhand", others),
                        read1("spring", others),
                        read1("jdbc-vt", others)));
    }

    private static Measurement read1(String contender, double value) {
        return new Measurement(
                Map.of("contender", contender, "workload", "READ1", "network", "0.5 ms each way"),
                "tx/s",
                List.of(value, value));
    }
}
