package org.reactivesessions.orders.evidence;

import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.observation.SessionStatistics;
import org.reactivesessions.testkit.server.EmbeddedServer;
import org.reactivesessions.testkit.server.TestDatabase;

/**
 * The program: looks for what the service can do, and how long a transfer takes over HTTP at half of that, and at all of it, with what
 * its sessions counted beside. It ends with 0 if every request was answered with success and the books balance.
 */
public final class LoadRun {

    private static final int CLOSED = 32;
    private static final int CONNECTIONS = 64;
    private static final long SEED = 1;

    private final Duration time;
    private final Duration trial;

    private LoadRun(Arguments arguments) {
        time = Duration.ofSeconds(arguments.number("--seconds", 30));
        trial = Duration.ofSeconds(arguments.number("--trial", 6));
    }

    /**
     * Runs the program.
     *
     * @param commandLine {@code --seconds} that each part takes, {@code --trial}, the seconds of each step of the search, and
     *     {@code --report}, each with a value
     */
    public static void main(String[] commandLine) throws Exception {
        Arguments arguments = new Arguments(commandLine, Set.of("--seconds", "--trial", "--report"));
        Report report = new Report();
        boolean sound = new LoadRun(arguments).run(report);
        report.write(arguments.text("--report", ""));
        System.exit(sound ? 0 : 1);
    }

    private boolean run(Report report) throws Exception {
        try (EmbeddedServer server = EmbeddedServer.start();
                TestDatabase database = server.freshDatabase()) {
            Witness witness;
            boolean answered;
            try (Service service =
                    Service.start("--orders.database-url=" + database.url(), "--reactive-sessions.pool-timeout=30s")) {
                witness = service.witness();
                answered = measured(service, report, Report.version(server));
            }
            boolean sound = answered && witness.halfOrders() == 0 && witness.madeOfNothing() == 0;
            report.line(sound ? "PASSED" : "FAILED");
            return sound;
        }
    }

    private boolean measured(Service service, Report report, String server) {
        try (Callers callers = new Callers(service.port(), CONNECTIONS)) {
            callers.asFastAsPossible(CLOSED, time); // until everything is compiled
            double closed = callers.asFastAsPossible(CLOSED, time).perSecond();
            report.line(String.format(
                    Locale.ROOT,
                    "POST /transfers, 8 connections to the database. %d callers who ask again as soon as they are answered get %,.0f"
                            + " requests in a second, for %d s.",
                    CLOSED,
                    closed,
                    time.toSeconds()));
            report.line("From here on requests come at random moments (exponential gaps, seed " + SEED
                    + "), whether or not those before them"
                    + " were answered; times count from when a request was due.");
            report.line(Report.machine(server));
            report.line("");
            report.line("Capacity is the last rate, in steps of a tenth, at which for " + trial.toSeconds()
                    + " s all was answered with success, 98 % of it in time, and no backlog grew:");
            double capacity = new Search(callers, trial, SEED).from(closed, tried -> report.line("    " + tried));
            report.line("");
            boolean answered = true;
            for (int percent : new int[] {50, 100}) {
                answered &= part(service.sessions(), callers, percent, capacity, report);
            }
            report.line("");
            return answered;
        }
    }

    private boolean part(ReactiveSessions sessions, Callers callers, int percent, double capacity, Report report) {
        sessions.statistics();
        Answered answered = callers.atRate(capacity * percent / 100, time, SEED + percent);
        SessionStatistics statistics = sessions.statistics();
        report.line(String.format(
                Locale.ROOT,
                "%d %% of capacity, %d s: %,.0f asked in a second, %,.0f done, p50 %.2f ms, p99 %.2f ms, longest %.0f ms, backlog %.0f then"
                        + " %.0f, %,d done, %,d failed",
                percent,
                time.toSeconds(),
                answered.asked(),
                answered.perSecond(),
                answered.millis(0.50),
                answered.millis(0.99),
                answered.millis(1),
                answered.backlog(1),
                answered.backlog(2),
                answered.done(),
                answered.failed()));
        report.line("    statistics(): " + statistics.sinceLastCall());
        return answered.failed() == 0;
    }
}
