package org.reactivesessions.quickstart;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.observation.BreakerState;
import org.reactivesessions.observation.SessionListener;

/** What the library told its listener: how many transactions ended how, and what became of the circuit. Thread-safe. */
final class Outcomes implements SessionListener {

    private final Map<String, Map<LifePhase, Map<TransactionOutcome, Integer>>> counts = new TreeMap<>();
    private final List<BreakerState> circuit = new ArrayList<>();

    @Override
    public synchronized void ended(
            String name, LifePhase phase, TransactionOutcome outcome, @Nullable Throwable error) {
        counts.computeIfAbsent(name, unused -> new EnumMap<>(LifePhase.class))
                .computeIfAbsent(phase, unused -> new EnumMap<>(TransactionOutcome.class))
                .merge(outcome, 1, Integer::sum);
    }

    @Override
    public synchronized void circuitChanged(String name, BreakerState from, BreakerState to) {
        if (circuit.isEmpty()) {
            circuit.add(from);
        }
        circuit.add(to);
    }

    /** The states of the circuit, in order; none if it never changed. */
    synchronized List<BreakerState> circuitChanges() {
        return List.copyOf(circuit);
    }

    /** The last state of the circuit that was heard of, if any. */
    synchronized @Nullable BreakerState circuit() {
        return circuit.isEmpty() ? null : circuit.get(circuit.size() - 1);
    }

    /** Lines of a report: the phase in which the end was decided, and how many ended how. */
    synchronized Map<String, String> lines(String name) {
        Map<String, String> lines = new LinkedHashMap<>();
        counts.getOrDefault(name, Map.of()).forEach((phase, outcomes) -> {
            StringJoiner ends = new StringJoiner(", ");
            outcomes.forEach((outcome, count) -> ends.add(words(outcome) + " " + count));
            lines.put("ended while " + words(phase), ends.toString());
        });
        return lines;
    }

    private static String words(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    synchronized int in(String name, LifePhase phase) {
        return counts.getOrDefault(name, Map.of()).getOrDefault(phase, Map.of()).values().stream()
                .mapToInt(Integer::intValue)
                .sum();
    }

    synchronized int committed() {
        return counts.values().stream()
                .flatMap(phases -> phases.values().stream())
                .mapToInt(outcomes -> outcomes.getOrDefault(TransactionOutcome.COMMITTED, 0))
                .sum();
    }
}
