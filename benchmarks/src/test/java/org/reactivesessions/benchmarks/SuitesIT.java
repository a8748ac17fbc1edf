package org.reactivesessions.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.testkit.server.TestServers;

/** The suites in smoke form: every contender can do what it is measured by; the figures mean nothing. */
@Tag("program")
class SuitesIT {

    private static final int ROWS = 1_000;

    private static final Rounds SHORTEST = new Rounds(2, Duration.ofMillis(100), Duration.ofMillis(100));

    /** JMH with as few combinations as show that the class works. */
    private static Collection<RunResult> run(Class<?> benchmarks, String... params) throws RunnerException {
        OptionsBuilder options = new OptionsBuilder();
        options.include("^" + benchmarks.getName() + "\\.")
                .forks(0)
                .warmupIterations(0)
                .measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(100))
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
        for (int i = 0; i < params.length; i += 2) {
            options.param(params[i], params[i + 1]);
        }
        return new Runner(options.build()).run();
    }

    @Test
    void everyClassOfBenchmarksMustGiveTheFiguresThatThePageShows() throws Exception {
        try (TestDatabase database = TestServers.current().freshDatabase();
                Bench bench = Bench.on(database)) {
            Runnable unshare = Ground.share(bench);
            try {
                Collected collected = new Collected();
                for (RunResult result : run(
                        TransactionOverhead.class, "contender", "jdbc", "terms", "SETTINGS", "workload", "WRITE3")) {
                    Suites.overhead(result, collected);
                }
                for (RunResult result :
                        run(LatencySweep.class, "contender", "ours", "added", "1", "workload", "READ1")) {
                    Suites.latency(result, collected);
                }
                for (RunResult result : run(WarmAcquisition.class, "contender", "ours")) {
                    Suites.acquisition(result, collected);
                }
                for (RunResult result : run(ScopeOverDirect.class, "contender", "direct", "callers", "8")) {
                    JmhSuite.steady(result, collected, "callers", JmhSuite.param(result, "callers"));
                }
                for (RunResult result : run(HealthTime.class)) {
                    JmhSuite.sampled(result, "ms", collected);
                }
                for (RunResult result : run(RawFloor.class)) {
                    Suites.floor(result, collected);
                }

                assertThat(collected.all())
                        .extracting(measurement -> measurement.params().values() + " " + measurement.metric())
                        .contains(
                                "[jdbc, WRITE3 with settings] median, µs",
                                "[ours, READ1, 1] tx/s",
                                "[ours, READ1, 1] cpu, µs",
                                "[ours, 1] p99, ms",
                                "[ours, 16] median, ms",
                                "[direct, 8] tx/s",
                                "[ours] median, ms",
                                "[one after another] per second",
                                "[64 on their way at a time] per second");
                assertThat(collected.all())
                        .allSatisfy(measurement ->
                                assertThat(measurement.spread().least()).isPositive());
            } finally {
                unshare.run();
            }
        }
    }

    static List<Entrant> rowReaders() {
        return List.copyOf(Suites.ROW_READERS);
    }

    @ParameterizedTest
    @MethodSource("rowReaders")
    void everyReaderMustGetEveryRow(Entrant entrant) throws Exception {
        try (TestDatabase database = TestServers.current().freshDatabase();
                Bench bench = Bench.on(database);
                RowReader reader = RowReader.of(entrant, bench.direct())) {
            for (int fetchSize : new int[] {RowReader.ALL_AT_ONCE, 64}) {
                List<Long> seen = new ArrayList<>();
                reader.read(ROWS, fetchSize, seen::add);

                assertThat(seen).hasSize(ROWS).startsWith(0L, 1L).endsWith(ROWS - 1L);
            }
        }
    }

    @Test
    void everybodyMustWaitForALockAndBeServed() throws Exception {
        for (Entrant entrant : List.of(Entrant.OURS, Entrant.VERTX, Entrant.JDBC)) { // one of each kind
            try (TestDatabase database = TestServers.current().freshDatabase();
                    Bench bench = Bench.on(database)) {
                assertThat(WaitingProcess.look(bench, entrant, 50))
                        .as(entrant.toString())
                        .containsKeys(WaitingProcess.HEAP, WaitingProcess.THREADS);
            }
        }
    }

    @Test
    void aCancelledConnectionMustServeTheNext() throws Exception {
        try (TestDatabase database = TestServers.current().freshDatabase();
                Bench bench = Bench.on(database)) {
            for (Entrant entrant : List.of(Entrant.OURS, Entrant.JDBC)) {
                try (Cancelling cancelling = Cancelling.of(entrant, bench.direct())) {
                    cancelling.next();
                    cancelling.firstRow();
                    cancelling.next();
                }
            }
        }
    }

    @Test
    void everybodyMustRunInEveryRoundOfThroughput() throws Exception {
        List<Entrant> able = Arrays.stream(Entrant.values())
                .filter(entrant -> entrant.obstacle().isEmpty())
                .toList();
        Collected collected = new Collected();
        try (TestDatabase database = TestServers.current().freshDatabase();
                Bench bench = Bench.on(database)) {
            ThroughputSuite.measure(bench, SHORTEST, able, collected);
        }

        assertThat(collected.all())
                .hasSize(2 * able.size() * Network.values().length * Workload.values().length)
                .allSatisfy(measurement -> assertThat(measurement.values())
                        .hasSize(SHORTEST.number())
                        .allSatisfy(value -> assertThat(value).isPositive()));
    }

    @Test
    void everybodyWhoIncrementsMustRunAndLoseNothing() throws Exception {
        Collected collected = new Collected();
        try (TestDatabase database = TestServers.current().freshDatabase();
                Bench bench = Bench.on(database)) {
            ContentionSuite.measure(bench, SHORTEST, collected);
        }

        assertThat(collected.all())
                .filteredOn(measurement -> measurement.metric().equals("increments/s"))
                .hasSize(Retrying.values().length * Network.values().length * 2)
                .allSatisfy(measurement -> assertThat(measurement.values()).hasSize(SHORTEST.number()));
    }

    @Test
    void anIncrementThatIsMissingMustBeAnError() {
        assertThatThrownBy(() -> ContentionSuite.requireNoneLost(Retrying.ENOUGH, 10, 9))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("10 increments succeeded, but 9 are there");
    }

    @Test
    void aMarkerMustHaveItsPriceInTimeAndInBytes() throws Exception {
        Collected collected = new Collected();

        MarkerSuite.measure(SHORTEST, collected);

        assertThat(collected.all())
                .extracting(measurement -> measurement.params().values() + " " + measurement.metric())
                .containsExactlyInAnyOrder(
                        "[ours, without, loopback] tx/s",
                        "[ours, loopback] tx/s",
                        "[ours, without, 0.5 ms each way] tx/s",
                        "[ours, 0.5 ms each way] tx/s",
                        "[ours, without, 0.5 ms each way, 4 connections] tx/s",
                        "[ours, 0.5 ms each way, 4 connections] tx/s",
                        "[ours, without, loopback] tx/s, fsync off",
                        "[ours, loopback] tx/s, fsync off",
                        "[ours, without, 0.5 ms each way] tx/s, fsync off",
                        "[ours, 0.5 ms each way] tx/s, fsync off",
                        "[ours, without, 0.5 ms each way, 4 connections] tx/s, fsync off",
                        "[ours, 0.5 ms each way, 4 connections] tx/s, fsync off",
                        "[ours] bytes in the table",
                        "[ours] bytes in its index",
                        "[ours, without] bytes of log for one WRITE3",
                        "[ours] bytes of log for one WRITE3");
    }

    @Test
    void whoWaitsInTheQueueMustBeServedByEveryPoolThatIsCompared() throws Exception {
        Collected collected = new Collected();
        try (TestDatabase database = TestServers.current().freshDatabase();
                Bench bench = Bench.on(database)) {
            WaitingSuite.times(
                    Network.LOOPBACK,
                    new IdealQueue(200, SHORTEST.length(), SHORTEST.warmUp()),
                    bench.direct(),
                    List.of(Entrant.values()),
                    SHORTEST,
                    collected);
        }

        assertThat(collected.all())
                .hasSize(2)
                .allSatisfy(
                        measurement -> assertThat(measurement.spread().least()).isPositive());
    }
}
