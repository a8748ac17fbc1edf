package org.reactivesessions.orders.evidence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.reactivesessions.testkit.server.EmbeddedServer;
import org.reactivesessions.testkit.server.TestDatabase;

/**
 * The program: how long a transfer takes over HTTP on sessions, with commit markers and without, on plain Spring transactions, and on MVC
 * with JDBC on virtual threads, at the same rates, which are half and all of what the slowest of them can do. Each is a process of its own. It ends with 0 if every
 * request was answered with success and the books of each balance.
 */
public final class EndpointRun {

    private static final long SEED = 1;
    private static final int[] PERCENTS = {50, 100};

    private final Duration time;
    private final Duration trial;
    private final Duration warmUp;
    private final int rounds;
    private final String mvcClassPath;

    private EndpointRun(Arguments arguments) throws IOException {
        time = Duration.ofSeconds(arguments.number("--seconds", 10));
        trial = Duration.ofSeconds(arguments.number("--trial", 3));
        warmUp = Duration.ofSeconds(arguments.number("--warm-up", 60));
        rounds = arguments.number("--rounds", 3);
        mvcClassPath = Files.readString(Path.of(arguments.text("--mvc-class-path", "class-path.txt")))
                .strip();
    }

    /**
     * Runs the program.
     *
     * @param commandLine {@code --seconds} of each part, {@code --trial}, the seconds of each step of the search, {@code --warm-up}, those
     *     of each service, {@code --rounds}, {@code --report}, and {@code --mvc-class-path}, a file with that of {@code mvc-orders}, each
     *     with a value
     */
    public static void main(String[] commandLine) throws Exception {
        Arguments arguments = new Arguments(
                commandLine, Set.of("--seconds", "--trial", "--warm-up", "--rounds", "--report", "--mvc-class-path"));
        Report report = new Report();
        boolean sound = new EndpointRun(arguments).run(report);
        report.write(arguments.text("--report", ""));
        System.exit(sound ? 0 : 1);
    }

    private boolean run(Report report) throws Exception {
        try (EmbeddedServer server = EmbeddedServer.start();
                TestDatabase ours = server.freshDatabase();
                TestDatabase unverified = server.freshDatabase();
                TestDatabase theirs = server.freshDatabase();
                TestDatabase blocking = server.freshDatabase();
                Contender sessions = sessions("sessions", ours);
                Contender unmarked = sessions("sessions, not verified", unverified, "--orders.verified=false");
                Contender plain = plain(theirs);
                Contender mvc = mvc(blocking)) {
            List<Contender> contenders = List.of(sessions, unmarked, plain, mvc);
            introduce(report, Report.version(server));
            warm(contenders);
            measure(contenders, report);
            boolean sound = true;
            for (Contender contender : contenders) {
                sound &= contender.isSound();
            }
            report.line(sound ? "PASSED" : "FAILED");
            return sound;
        }
    }

    private void introduce(Report report, String server) {
        report.line(
                "POST /transfers of four services, each a process of its own with 8 connections to a database of its own: sessions"
                        + " (verified by a commit marker and retried, as the example is), the same without markers, plain Spring transactions on r2dbc-pool, and Spring MVC with JDBC and"
                        + " HikariCP on virtual threads.");
        report.line(String.format(
                Locale.ROOT,
                "They take turns, %d rounds of each, in another order in each round; requests come at random moments (exponential gaps, seed"
                        + " %d), whether or not those before them were answered; times count from when a request was due.",
                rounds,
                SEED));
        report.line("Capacity is the last rate, in steps of a tenth of what callers in turn get, at which for "
                + trial.toSeconds() + " s all was answered with success, 98 % of it in time, and no backlog grew.");
        report.line(
                "Pools are looked at ten times in a second: the mean of what was seen, and the most. The processor time of a"
                        + " request is that of the process of the service, and of the server's processes for its connections.");
        report.line(Report.machine(server));
        report.line("");
    }

    /** Twice, because whoever asks is cold himself when the first is warmed up. */
    private void warm(List<Contender> contenders) {
        for (int half = 0; half < 2; half++) {
            for (Contender contender : contenders) {
                contender.warmUp(warmUp.dividedBy(2));
            }
        }
    }

    private void measure(List<Contender> contenders, Report report) throws SQLException {
        for (int round = 0; round < rounds; round++) {
            for (Contender contender : turned(contenders, round)) {
                contender.search(trial, SEED + round, report::line);
            }
        }
        double least =
                contenders.stream().mapToDouble(Contender::medianCapacity).min().orElseThrow();
        report.line("");
        for (int round = 0; round < rounds; round++) {
            for (int percent : PERCENTS) {
                for (Contender contender : turned(contenders, round)) {
                    contender.measure(percent, least * percent / 100, time, SEED + percent + round, report::line);
                }
            }
        }
        report.line("");
        report.line(String.format(
                Locale.ROOT,
                "100 %% is %,.0f requests in a second, the least of the capacities; %d s each. Medians of %d rounds (the least to the"
                        + " most); times in ms.",
                least,
                time.toSeconds(),
                rounds));
        report.line("");
        report.line(
                "| | capacity | 50 %: p50 | p99 | service, µs | server, µs | 100 %: p50 | p99 | service, µs | server, µs"
                        + " | failed |");
        report.line("|" + " --- |".repeat(11));
        for (Contender contender : contenders) {
            report.line(contender.row(PERCENTS));
        }
        report.line("");
    }

    private static List<Contender> turned(List<Contender> contenders, int round) {
        List<Contender> turned = new ArrayList<>(contenders);
        Collections.rotate(turned, -round);
        return turned;
    }

    private static Contender sessions(String name, TestDatabase database, String... settings) throws IOException {
        List<String> all = new ArrayList<>(List.of(settings));
        all.add("--reactive-sessions.pool-timeout=30s");
        return onWebFlux(name, true, database, all.toArray(String[]::new));
    }

    private static Contender plain(TestDatabase database) throws IOException {
        return onWebFlux(
                "plain Spring transactions",
                false,
                database,
                "--orders.transactions=plain",
                "--spring.r2dbc.pool.max-acquire-time=30s");
    }

    private static Contender onWebFlux(String name, boolean tellsStatistics, TestDatabase database, String... settings)
            throws IOException {
        List<String> all = new ArrayList<>(List.of(settings));
        all.add("--orders.database-url=" + database.url());
        return new Contender(
                name,
                tellsStatistics,
                ServiceProcess.start(System.getProperty("java.class.path"), Served.class.getName(), all),
                new Witness(database.url()));
    }

    private Contender mvc(TestDatabase database) throws IOException {
        return new Contender(
                "MVC + JDBC on virtual threads",
                false,
                ServiceProcess.start(
                        mvcClassPath,
                        "org.reactivesessions.mvc.Served",
                        List.of(
                                "--spring.datasource.hikari.connection-timeout=30000",
                                "--spring.datasource.url=" + database.jdbcUrl())),
                new Witness(database.url()));
    }
}
