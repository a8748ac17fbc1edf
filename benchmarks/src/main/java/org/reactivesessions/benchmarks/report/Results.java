package org.reactivesessions.benchmarks.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The results there are, by suite. Immutable. */
final class Results {

    private final Map<String, SuiteResult> bySuite = new LinkedHashMap<>();

    Results(List<SuiteResult> all) {
        all.forEach(result -> bySuite.put(result.suite(), result));
    }

    Optional<SuiteResult> of(String suite) {
        return Optional.ofNullable(bySuite.get(suite));
    }

    boolean hasSmoke() {
        return bySuite.values().stream().anyMatch(Smoke::is);
    }

    /** Which suites were measured in the same place, by the lines that describe it. */
    Map<List<String>, List<String>> byEnvironment() {
        Map<List<String>, List<String>> places = new LinkedHashMap<>();
        bySuite.values()
                .forEach(result -> places.computeIfAbsent(result.environment(), first -> new ArrayList<>())
                        .add(result.suite()));
        return places;
    }
}
