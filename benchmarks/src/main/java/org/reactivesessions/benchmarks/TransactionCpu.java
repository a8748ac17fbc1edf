package org.reactivesessions.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.reactivesessions.benchmarks.report.Spread;
import org.reactivesessions.testkit.server.PostgresServer;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.testkit.server.TestServers;

/**
 * How much processor time does a transaction take on loopback, of this JVM and of the server? On a machine that has other things
 * to do it says more than transactions per second, which are told beside it: where the processor is the limit, the time of both
 * decides how many there can be. On Linux.
 */
public final class TransactionCpu {

    private static final String COMMAND = "mvn -q -B -pl benchmarks -am compile exec:exec -Dbenchmarks.skip=false"
            + " -Dbenchmarks.program=TransactionCpu";

    private static final double MICRO = 1e3;

    /** Who takes part. */
    enum Subject {
        OURS("ours"),
        OURS_WITHOUT_OVERLAP("ours, overlap(false)"),
        BYHAND("byhand"),
        SPRING("spring"),
        JDBC("jdbc"),
        JDBC_VT("jdbc-vt");

        private final String text;

        Subject(String text) {
            this.text = text;
        }

        Contender open(Endpoint endpoint) {
            return this == OURS_WITHOUT_OVERLAP
                    ? Ours.with(
                            endpoint, builder -> builder.pool(Ours.POOL_OPTIONS).overlap(false))
                    : Entrant.named(text).open(endpoint);
        }

        /** Why it cannot take part on this JVM; empty if it can. */
        Optional<String> obstacle() {
            return this == JDBC_VT ? Entrant.JDBC_VT.obstacle() : Optional.empty();
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * What one contender gave in one round.
     *
     * @param perSecond transactions per second
     * @param jvm microseconds of this JVM for one
     * @param server microseconds of the server's connections for one
     */
    record Taken(double perSecond, double jvm, double server) {

        double both() {
            return jvm + server;
        }
    }

    /**
     * How much is measured.
     *
     * @param rounds in which everybody has his turn
     * @param transactions by each of them in a round
     * @param warmUp rounds before the first that counts
     */
    record Effort(int rounds, int transactions, int warmUp) {

        static final Effort FULL = new Effort(15, 5_000, 14);

        /** From up to three numbers, in that order. */
        static Effort parse(String... numbers) {
            return new Effort(
                    number(numbers, 0, FULL.rounds),
                    number(numbers, 1, FULL.transactions),
                    number(numbers, 2, FULL.warmUp));
        }

        private static int number(String[] numbers, int index, int otherwise) {
            return numbers.length > index ? Integer.parseInt(numbers[index]) : otherwise;
        }
    }

    private final Effort effort;
    private final PrintStream out;

    TransactionCpu(Effort effort, PrintStream out) {
        this.effort = effort;
        this.out = out;
    }

    /**
     * Runs the program and ends the JVM.
     *
     * @param arguments rounds, transactions in each, and rounds to warm up
     */
    public static void main(String[] arguments) {
        Program.run(arguments, given -> {
            System.out.println(Program.command(COMMAND, given));
            new TransactionCpu(Effort.parse(given), System.out).run();
        });
    }

    void run() throws SQLException, IOException {
        PostgresServer server = TestServers.current();
        EnvironmentBlock.lines(server).forEach(out::println);
        out.println(Program.load());
        out.printf(
                Locale.ROOT,
                "rounds    %d of %,d transactions each after %d to warm up, %d callers on %d connections%n",
                effort.rounds(),
                effort.transactions(),
                effort.warmUp(),
                Network.LOOPBACK.callers(),
                Contender.POOL);
        List<Subject> subjects = Arrays.stream(Subject.values())
                .filter(subject -> subject.obstacle().isEmpty())
                .toList();
        try (TestDatabase database = server.freshDatabase();
                Bench bench = Bench.on(database);
                Connection watching = database.openJdbc();
                Lineup<Subject> lineup = new Lineup<>(bench, subjects, subject -> subject.open(bench.direct()))) {
            out.println();
            out.println(
                    "Microseconds of processor time for one transaction: median of the rounds, in brackets least and most;"
                            + " then theirs to ours in the same round, median, and ours to theirs in transactions per second.");
            for (Workload workload : Workload.values()) {
                Turns turns = new Turns(workload, bench, lineup, watching);
                turns.rounds(effort.warmUp(), subjects);
                print(workload, turns.rounds(effort.rounds(), subjects));
            }
        }
    }

    /** Everybody's turns at one transaction. Each begins with the same tables. */
    private final class Turns {

        private final Workload workload;
        private final Bench bench;
        private final Lineup<Subject> lineup;
        private final Connection watching;

        Turns(Workload workload, Bench bench, Lineup<Subject> lineup, Connection watching) {
            this.workload = workload;
            this.bench = bench;
            this.lineup = lineup;
            this.watching = watching;
        }

        Map<Subject, Map<Integer, Taken>> rounds(int number, List<Subject> subjects) throws SQLException, IOException {
            Map<Subject, Map<Integer, Taken>> all = new EnumMap<>(Subject.class);
            for (int round = 1; round <= number; round++) {
                for (Subject subject : Lineup.order(round, subjects)) {
                    all.computeIfAbsent(subject, first -> new TreeMap<>()).put(round, taken(subject));
                }
            }
            return all;
        }

        private Taken taken(Subject subject) throws SQLException, IOException {
            bench.tidy();
            Load load = Load.of(Network.LOOPBACK.callers(), effort.transactions());
            long before = BackendTimes.nanos(watching);
            lineup.run(subject, workload, load);
            Load.Sample sample = load.sample();
            double server = (BackendTimes.nanos(watching) - before) / MICRO / load.count();
            return new Taken(sample.perSecond(), sample.cpuMicros(), server);
        }
    }

    private void print(Workload workload, Map<Subject, Map<Integer, Taken>> all) {
        Map<Integer, Taken> ours = Objects.requireNonNull(all.get(Subject.OURS));
        out.println();
        out.println("| " + workload
                + " | JVM | server | both | JVM, to ours | both, to ours | per second | ours to theirs |");
        out.println("|---|---:|---:|---:|---:|---:|---:|---:|");
        all.forEach((subject, taken) -> {
            Spread jvm = spread(taken, Taken::jvm);
            out.printf(
                    Locale.ROOT,
                    "| %s | %.1f [%.1f, %.1f] | %.1f | %.1f | %.2f | %.2f | %,.0f | %.2f |%n",
                    subject,
                    jvm.median(),
                    jvm.least(),
                    jvm.most(),
                    spread(taken, Taken::server).median(),
                    spread(taken, Taken::both).median(),
                    ratio(taken, ours, Taken::jvm),
                    ratio(taken, ours, Taken::both),
                    spread(taken, Taken::perSecond).median(),
                    ratio(ours, taken, Taken::perSecond));
        });
    }

    private static Spread spread(Map<Integer, Taken> taken, ToDoubleFunction<Taken> figure) {
        return Spread.of(taken.values().stream().mapToDouble(figure).toArray());
    }

    private static double ratio(Map<Integer, Taken> one, Map<Integer, Taken> other, ToDoubleFunction<Taken> figure) {
        return Spread.of(one.entrySet().stream()
                        .mapToDouble(round -> figure.applyAsDouble(round.getValue())
                                / figure.applyAsDouble(Objects.requireNonNull(other.get(round.getKey()))))
                        .toArray())
                .median();
    }
}
