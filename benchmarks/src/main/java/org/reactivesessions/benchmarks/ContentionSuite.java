package org.reactivesessions.benchmarks;

import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.reactivesessions.benchmarks.Crowd.Result;
import org.reactivesessions.benchmarks.report.RunSize;

/** What do callers get who write the same rows and are run again, by us or by a retry around the transaction? */
final class ContentionSuite implements Suite {

    private static final Map<Retrying, String> NAMES = new EnumMap<>(
            Map.of(Retrying.ENOUGH, Entrant.OURS.toString(), Retrying.FIXED_DELAY, "ours, retryWhen around it"));

    private static Rounds rounds(RunSize size) {
        return size == RunSize.FULL
                ? new Rounds(5, Duration.ofSeconds(3), Duration.ofSeconds(5))
                : new Rounds(1, Duration.ofMillis(500), Duration.ofMillis(300));
    }

    @Override
    public String name() {
        return "contention";
    }

    @Override
    public String method(RunSize size) {
        return rounds(size).inWords();
    }

    @Override
    public List<Entrant> among(List<Entrant> who) {
        return who.stream().filter(Entrant.OURS::equals).toList();
    }

    @Override
    public void measure(Bench bench, RunSize size, List<Entrant> who, Collected into) throws SQLException {
        Rounds rounds = rounds(size);
        Map<Retrying, Crowd> crowds = new EnumMap<>(Retrying.class);
        try {
            NAMES.keySet().forEach(retrying -> crowds.put(retrying, new Crowd(retrying, bench.direct())));
            for (int hot : Contention.HOT) {
                for (Crowd crowd : crowds.values()) {
                    crowd.run(hot, rounds.warmUp());
                }
                for (int round = 1; round <= rounds.number(); round++) {
                    for (Retrying retrying : Lineup.order(round, List.copyOf(crowds.keySet()))) {
                        bench.tidy();
                        long before = Contention.sum(bench.direct().database());
                        Result result =
                                Objects.requireNonNull(crowds.get(retrying)).run(hot, rounds.length());
                        Contention.requireNoneLost(
                                retrying,
                                result.succeeded(),
                                Contention.sum(bench.direct().database()) - before);
                        String name = Objects.requireNonNull(NAMES.get(retrying));
                        into.add(name, "increments/s", result.perSecond(), "balances", hot);
                        into.add(name, "attempts", (double) result.attempts() / result.succeeded(), "balances", hot);
                    }
                }
            }
        } finally {
            crowds.values().forEach(Crowd::close);
        }
    }
}
