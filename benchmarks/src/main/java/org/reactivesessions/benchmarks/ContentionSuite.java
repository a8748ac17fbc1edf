package org.reactivesessions.benchmarks;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.reactivesessions.benchmarks.Crowd.Result;
import org.reactivesessions.benchmarks.report.RunSize;
import org.reactivesessions.testkit.server.TestDatabase;

/**
 * What do callers get who write the same rows and are run again, by us or by a retry around the transaction? After every run
 * another connection looks whether an increment is missing, which is an error.
 */
final class ContentionSuite implements Suite {

    /** How many balances they share. */
    private static final List<Integer> HOT = List.of(1, 16);

    private static final double PERCENT = 100;

    private static Rounds rounds(RunSize size) {
        return size == RunSize.FULL
                ? new Rounds(5, Duration.ofSeconds(3), Duration.ofSeconds(5))
                : new Rounds(1, Duration.ofMillis(300), Duration.ofMillis(200));
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
        measure(bench, rounds(size), into);
    }

    static void measure(Bench bench, Rounds rounds, Collected into) throws SQLException {
        for (Network network : Network.values()) {
            try (Way way = network.way(bench.direct())) {
                measure(network, bench, way.endpoint(), rounds, into);
            }
        }
    }

    private static void measure(Network network, Bench bench, Endpoint endpoint, Rounds rounds, Collected into)
            throws SQLException {
        Map<Retrying, Crowd> crowds = new EnumMap<>(Retrying.class);
        try {
            for (Retrying retrying : Retrying.values()) {
                crowds.put(retrying, new Crowd(retrying, endpoint));
            }
            for (int hot : HOT) {
                for (Crowd crowd : crowds.values()) {
                    bench.tidy();
                    crowd.run(hot, rounds.warmUp());
                }
                Object[] params = {"network", network, "balances", hot};
                for (int round = 1; round <= rounds.number(); round++) {
                    for (Retrying retrying : Lineup.order(round, List.copyOf(crowds.keySet()))) {
                        bench.tidy();
                        long before = sum(endpoint.database());
                        Result result =
                                Objects.requireNonNull(crowds.get(retrying)).run(hot, rounds.length());
                        requireNoneLost(retrying, result.succeeded(), sum(endpoint.database()) - before);
                        add(result, retrying, params, into);
                    }
                }
            }
        } finally {
            crowds.values().forEach(Crowd::close);
        }
    }

    private static void add(Result result, Retrying retrying, Object[] params, Collected into) {
        into.add(retrying, "increments/s", result.perSecond(), params);
        into.add(retrying, "attempts", (double) result.attempts() / result.succeeded(), params);
        into.add(retrying, "given up, %", PERCENT * result.gaveUp() / (result.succeeded() + result.gaveUp()), params);
        into.add(retrying, "longest, ms", result.took().millis(1), params);
    }

    /** The account of one of the hot balances: far from the others, so that no two are on the same page. */
    static int account(int number, int hot) {
        return number * (Bench.ACCOUNTS / hot);
    }

    static void requireNoneLost(Retrying retrying, long succeeded, long there) {
        if (there != succeeded) {
            throw new IllegalStateException(
                    retrying + ": " + succeeded + " increments succeeded, but " + there + " are there");
        }
    }

    private static long sum(TestDatabase database) throws SQLException {
        try (Connection connection = database.openJdbc();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT sum(balance) FROM account")) {
            row.next();
            return row.getLong(1);
        }
    }
}
