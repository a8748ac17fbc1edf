package org.reactivesessions.benchmarks;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.reactivesessions.benchmarks.Load.Sample;
import org.reactivesessions.benchmarks.report.Spread;

/**
 * What everybody gave for one workload on one network. A ratio is that of two runs of the same round, because only those
 * met the same machine; what is told is the median of these ratios and not the ratio of the medians. Not thread-safe.
 */
final class Comparison {

    private final Network network;
    private final Workload workload;
    private final Map<Entrant, Map<Integer, Sample>> samples = new EnumMap<>(Entrant.class);

    private Comparison(Network network, Workload workload) {
        this.network = network;
        this.workload = workload;
    }

    /** The comparisons that a run allows, by network and workload. */
    static List<Comparison> of(List<Figure> figures) {
        List<Comparison> all = new ArrayList<>();
        for (Network network : Network.values()) {
            for (Workload workload : Workload.values()) {
                Comparison comparison = new Comparison(network, workload);
                figures.stream()
                        .filter(figure -> figure.network() == network && figure.workload() == workload)
                        .forEach(comparison::add);
                if (!comparison.samples.isEmpty()) {
                    all.add(comparison);
                }
            }
        }
        return all;
    }

    private void add(Figure figure) {
        samples.computeIfAbsent(figure.contender(), contender -> new TreeMap<>())
                .put(figure.round(), figure.sample());
    }

    Network network() {
        return network;
    }

    Workload workload() {
        return workload;
    }

    List<Entrant> contenders() {
        return List.copyOf(samples.keySet());
    }

    /** Transactions per second of one contender. */
    Spread perSecond(Entrant contender) {
        return spread(contender, Sample::perSecond);
    }

    /** Processor time per transaction of one contender, in microseconds. */
    Spread cpuMicros(Entrant contender) {
        return spread(contender, Sample::cpuMicros);
    }

    private Spread spread(Entrant contender, ToDoubleFunction<Sample> figure) {
        return Spread.of(of(contender).values().stream().mapToDouble(figure).toArray());
    }

    /** Transactions per second, ours to that contender's. */
    Spread ratio(Entrant contender) {
        Map<Integer, Sample> ours = of(Entrant.OURS);
        Map<Integer, Sample> theirs = of(contender);
        if (!ours.keySet().equals(theirs.keySet())) {
            throw new IllegalArgumentException(workload + ", " + network + ": ours and " + contender
                    + " must have the same rounds, but have " + ours.keySet() + " and " + theirs.keySet());
        }
        return Spread.of(ours.entrySet().stream()
                .mapToDouble(round -> round.getValue().perSecond()
                        / theirs.getOrDefault(round.getKey(), round.getValue()).perSecond())
                .toArray());
    }

    private Map<Integer, Sample> of(Entrant contender) {
        return samples.getOrDefault(contender, Map.of());
    }
}
