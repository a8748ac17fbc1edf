package org.reactivesessions.orders.evidence;

import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.reactivesessions.testkit.server.EmbeddedServer;
import org.reactivesessions.testkit.server.TestDatabase;

/**
 * The program: clients that disconnect at random moments, against the service on sessions and on plain Spring transactions. The books are
 * looked at over JDBC when the service has been closed and nothing can come any more. It ends with 0 if nothing was half on sessions.
 */
public final class AbortRun {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int AT_ONCE = 16;
    /** Of the usual time to an answer, within which a client leaves. */
    private static final double SHARE = 1.5;

    private final int clients;
    private final int rounds;
    private final int seed;

    private AbortRun(Arguments arguments) {
        clients = arguments.number("--clients", 5_000);
        rounds = arguments.number("--rounds", 40);
        seed = arguments.number("--seed", 1);
    }

    /** What was found of one of the two. */
    private record Found(
            String name,
            UsualTime usual,
            Aborts aborts,
            long orders,
            long half,
            long unexplained,
            long madeOfNothing,
            long absent,
            int leaked,
            long open,
            String statistics,
            List<Duration> reclaim) {

        boolean isSound() {
            return half == 0 && unexplained == 0 && madeOfNothing == 0 && absent == 0 && leaked == 0 && open == 0;
        }

        String row() {
            return String.format(
                    Locale.ROOT,
                    "| %s | %s (%d rounds) | %,d | %,d | %,d | %,d | %,d | %,d | %,d | %,d | %,d | %d | %d | %s | %s |",
                    name,
                    millis(usual.median()),
                    usual.rounds(),
                    aborts.cutShort(),
                    aborts.unanswered(),
                    aborts.otherwise(),
                    aborts.acknowledged().size(),
                    aborts.resets(),
                    orders,
                    half,
                    madeOfNothing,
                    absent,
                    leaked,
                    open,
                    millis(reclaim.get(reclaim.size() / 2)),
                    millis(reclaim.get(reclaim.size() - 1)));
        }

        private static String millis(Duration time) {
            return String.format(Locale.ROOT, "%,.1f ms", time.toNanos() / 1e6);
        }
    }

    /**
     * Runs the program.
     *
     * @param commandLine {@code --clients}, {@code --rounds}, {@code --seed} and {@code --report}, each with a
     *     value
     */
    public static void main(String[] commandLine) throws Exception {
        Arguments arguments = new Arguments(commandLine, Set.of("--clients", "--rounds", "--seed", "--report"));
        Report report = new Report();
        boolean sound = new AbortRun(arguments).run(report);
        report.write(arguments.text("--report", ""));
        System.exit(sound ? 0 : 1);
    }

    private boolean run(Report report) throws Exception {
        try (EmbeddedServer server = EmbeddedServer.start()) {
            Found plain = found("plain Spring transactions", "plain", server);
            Found sessions = found("sessions", "sessions", server);
            report.line(String.format(
                    Locale.ROOT,
                    "%,d HTTP clients each ask for a transfer and disconnect at a random moment within %.1f times the usual time to an"
                            + " answer, half of them by a reset, one in eight when it has sent half of its request, %d at a time, on 8"
                            + " connections; seed %d.",
                    clients,
                    SHARE,
                    AT_ONCE,
                    seed));
            report.line(Report.machine(Report.version(server)));
            report.line("");
            report.line(
                    "| run by | usual time | cut short | unanswered | otherwise answered | acknowledged | by a reset | orders on disk"
                            + " | half orders | made of nothing | acknowledged but absent | connections leaked | transactions left open"
                            + " | slot back, median | slot back, longest |");
            report.line("|" + " --- |".repeat(15));
            report.line(plain.row());
            report.line(sessions.row());
            report.line("");
            report.line("sessions, " + sessions.statistics());
            report.line(
                    "Cut short: left when half of the request was sent. Unanswered: left before a whole answer to all of it."
                            + " Otherwise answered: saw anything but a 201. Acknowledged: saw its order. By a reset: of all of these.");
            report.line("The usual time is the median of those who wait for their answer, of " + UsualTime.ROUND
                    + " at a time until three medians in a row are within 10 % of each other.");
            report.line(
                    "Half orders have one entry without the other. What is made of nothing is the sum of all balances, less what it"
                            + " was at the start.");
            report.line("Slot back: a client leaves while its transfer waits for a lock that is held for "
                    + SlotReclaim.LOCKED.toSeconds() + " s more; until the pool has the connection again, " + rounds
                    + " times, on a database of its own.");
            report.line("");
            report.line(sessions.isSound() ? "PASSED" : "FAILED");
            return sessions.isSound();
        }
    }

    private Found found(String name, String transactions, EmbeddedServer server) throws Exception {
        List<Duration> reclaim = reclaim(transactions, server);
        try (TestDatabase database = server.freshDatabase()) {
            Aborts aborts;
            int leaked;
            long open;
            long before;
            String statistics;
            UsualTime usual;
            Witness witness;
            try (Service service = start(transactions, database)) {
                witness = service.witness();
                usual = UsualTime.of(service.port(), AT_ONCE);
                before = witness.orders();
                service.statistics();
                aborts = new Aborts(
                        service.port(), AT_ONCE, (long) (SHARE * usual.median().toNanos()));
                aborts.run(clients, seed);
                leaked = Waiting.until(() -> service.busy() == 0, PATIENCE) < 0 ? service.busy() : 0;
                open = stillOpen(witness);
                statistics = service.statistics();
            }
            Set<UUID> absent = new HashSet<>(aborts.acknowledged());
            absent.removeAll(witness.wholeOrders());
            return new Found(
                    name,
                    usual,
                    aborts,
                    witness.orders() - before,
                    witness.halfOrders(),
                    witness.unexplainedBalances(),
                    witness.madeOfNothing(),
                    absent.size(),
                    leaked,
                    open,
                    statistics,
                    reclaim);
        }
    }

    /** What a backend works at when its client's connection is cut, it ends by itself a moment later. */
    private static long stillOpen(Witness witness) throws SQLException {
        Waiting.until(() -> none(witness), PATIENCE);
        return witness.openTransactions();
    }

    private static boolean none(Witness witness) {
        try {
            return witness.openTransactions() == 0;
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private List<Duration> reclaim(String transactions, EmbeddedServer server) throws Exception {
        try (TestDatabase database = server.freshDatabase();
                Service service = start(transactions, database)) {
            return new SlotReclaim(service).measure(rounds);
        }
    }

    private static Service start(String transactions, TestDatabase database) {
        return Service.start("--orders.transactions=" + transactions, "--orders.database-url=" + database.url());
    }
}
