package org.reactivesessions.orders.evidence;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.observation.SessionStatistics;
import org.reactivesessions.testkit.server.EmbeddedServer;
import org.reactivesessions.testkit.server.TestDatabase;

/**
 * The program: how long a transfer takes over HTTP at half of what the service can do, and at all of it, with what its sessions counted
 * beside. It ends with 0 if every request was answered with success and the books balance.
 */
public final class LoadRun {

    private static final int CALLERS = 32;

    private final Duration time;

    private LoadRun(Arguments arguments) {
        time = Duration.ofSeconds(arguments.number("--seconds", 30));
    }

    /**
     * Runs the program.
     *
     * @param commandLine {@code --seconds} that each part takes, and {@code --report}, each with a value
     */
    public static void main(String[] commandLine) throws Exception {
        Arguments arguments = new Arguments(commandLine, Set.of("--seconds", "--report"));
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
                answered = measured(service, report, version(server));
            }
            boolean sound = answered && witness.halfOrders() == 0 && witness.madeOfNothing() == 0;
            report.line(sound ? "PASSED" : "FAILED");
            return sound;
        }
    }

    private boolean measured(Service service, Report report, String server) throws InterruptedException {
        ReactiveSessions sessions = service.sessions();
        Callers callers = new Callers(service.port(), CALLERS);
        callers.asFastAsPossible(time); // until everything is compiled
        double capacity = callers.asFastAsPossible(time).perSecond();
        report.line(String.format(
                Locale.ROOT,
                "POST /transfers, 8 connections, each part %d s. Capacity is what %d callers get who ask again as soon as they are"
                        + " answered: %,.0f requests in a second.",
                time.toSeconds(),
                CALLERS,
                capacity));
        report.line(
                "The others come at their time, whether or not those before them were answered; a wait for their turn counts.");
        report.line(Report.machine(server));
        report.line("");
        boolean answered = true;
        for (int percent : new int[] {50, 100}) {
            sessions.statistics();
            Callers.Result result = callers.atRate(capacity * percent / 100, time);
            SessionStatistics statistics = sessions.statistics();
            answered &= result.failed() == 0;
            report.line(String.format(
                    Locale.ROOT,
                    "%d %% of capacity: %,.0f requests in a second, p50 %.2f ms, p99 %.2f ms, longest %.0f ms, %,d done, %,d failed",
                    percent,
                    result.perSecond(),
                    result.millis(0.50),
                    result.millis(0.99),
                    result.millis(1),
                    result.done(),
                    result.failed()));
            report.line("    statistics(): " + statistics.sinceLastCall());
        }
        report.line("");
        return answered;
    }

    private static String version(EmbeddedServer server) throws SQLException {
        try (Connection connection = server.openJdbc()) {
            return connection.getMetaData().getDatabaseProductVersion();
        }
    }
}
