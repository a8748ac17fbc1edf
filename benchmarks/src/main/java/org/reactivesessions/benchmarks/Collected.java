package org.reactivesessions.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.reactivesessions.benchmarks.report.Measurement;
import org.reactivesessions.benchmarks.report.SuiteResult;

/** Figures as they come, round by round. Not thread-safe. */
final class Collected {

    /** What a figure belongs to. */
    private record Key(Map<String, String> params, String metric) {}

    private final Map<Key, List<Double>> values = new LinkedHashMap<>();

    /**
     * Takes a figure of a contender.
     *
     * @param params what else it belongs to, name before value
     */
    void add(Object contender, String metric, double value, Object... params) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put(SuiteResult.CONTENDER, contender.toString());
        for (int i = 0; i < params.length; i += 2) {
            all.put(params[i].toString(), params[i + 1].toString());
        }
        values.computeIfAbsent(new Key(all, metric), first -> new ArrayList<>()).add(value);
    }

    /** In the order in which the first of each came. */
    List<Measurement> all() {
        return values.entrySet().stream()
                .map(entry ->
                        new Measurement(entry.getKey().params(), entry.getKey().metric(), entry.getValue()))
                .toList();
    }
}
