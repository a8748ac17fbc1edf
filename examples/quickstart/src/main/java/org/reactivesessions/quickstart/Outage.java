package org.reactivesessions.quickstart;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.health.HealthReport;
import org.reactivesessions.health.HealthStatus;
import org.reactivesessions.observation.BreakerState;
import org.reactivesessions.quickstart.Ledger.Balances;
import org.reactivesessions.testkit.server.EmbeddedServer;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * The server is stopped and started again under sessions that go on working: what a caller and an operator see before,
 * during and after. One transfer of 1 at a time is offered, so that the balances count those that are on disk. To be run
 * once; not thread-safe.
 */
final class Outage {

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int UNDISTURBED = 10;
    /** How many transfers are offered at most, until something is so. */
    private static final int MOST = 100;

    private final EmbeddedServer server;
    private final ReactiveSessions sessions;
    private final Outcomes outcomes;
    private final Ledger ledger;
    private final Report report;
    private final Mono<Long> transfer;
    private int acknowledged;
    private int waits;

    /**
     * @param server is stopped and started again; runs when this ends, however it ends
     * @param sessions use that server
     * @param outcomes the listener of these sessions
     * @param ledger reads the same database
     * @param report where it is told
     */
    Outage(EmbeddedServer server, ReactiveSessions sessions, Outcomes outcomes, Ledger ledger, Report report) {
        this.server = server;
        this.sessions = sessions;
        this.outcomes = outcomes;
        this.ledger = ledger;
        this.report = report;
        this.transfer = new Transfers(sessions).transfer("alice", "bob", 1).doOnNext(rows -> acknowledged++);
    }

    void run() throws SQLException {
        Balances before = ledger.balances();
        report.line("before", before);
        serve();
        server.stop();
        try {
            refuse();
        } finally {
            server.restart();
        }
        recover();
        Balances after = ledger.balances();
        report.line("after", after);
        report.line("acknowledged transfers of 1", acknowledged);
        report.check(
                "no transfer was lost or half done",
                after.total() == before.total() && after.equals(before.moved(acknowledged)));
    }

    private void serve() {
        transfer.repeat(UNDISTURBED - 1).blockLast(PATIENCE);
        report.check("health was UP before", health("health before").status() == HealthStatus.UP);
    }

    private void refuse() {
        int offered = 0;
        while (offered < MOST && outcomes.circuit() != BreakerState.OPEN) {
            offer();
            offered++;
        }
        boolean opened = outcomes.circuit() == BreakerState.OPEN;
        Optional<DatabaseUnavailableException> further = offer();
        report.line("transfers offered meanwhile", offered);
        further.ifPresent(this::print);
        HealthReport during = health("health meanwhile");
        report.check("the circuit opened", opened);
        report.check("health was DOWN while it was stopped", during.status() == HealthStatus.DOWN);
    }

    /** Offers one transfer as a caller who has an answer of his own if the database is away. */
    private Optional<DatabaseUnavailableException> offer() {
        return Optional.ofNullable(transfer.then(Mono.<DatabaseUnavailableException>empty())
                .onErrorResume(DatabaseUnavailableException.class, Mono::just)
                .block(PATIENCE));
    }

    private void print(DatabaseUnavailableException answer) {
        report.line("the next caller gets", answer.getClass().getSimpleName());
        report.line("of the kind", answer.kind());
        report.line("to be tried again after", millis(answer.retryAfter()));
        report.line("which says", answer.getMessage());
    }

    private void recover() {
        int offered = 0;
        while (offered < MOST && outcomes.circuit() != BreakerState.CLOSED && answered() != null) {
            offered++;
        }
        HealthReport after = health("health afterwards");
        report.line("transfers since the restart", offered);
        report.line("waits their callers were told", waits);
        report.line("the circuit was", outcomes.circuitChanges());
        report.check(
                "the circuit closed by itself",
                outcomes.circuitChanges().contains(BreakerState.OPEN) && after.circuit() == BreakerState.CLOSED);
        report.check("health was UP afterwards", after.status() == HealthStatus.UP);
    }

    /** One transfer of a caller who has time: it tries again as often as it must, each time after the wait it is told. */
    private @Nullable Long answered() {
        Retry afterItsWait = Retry.from(failures -> failures.concatMap(
                failed -> failed.failure() instanceof DatabaseUnavailableException away && failed.totalRetries() < MOST
                        ? Mono.delay(away.retryAfter()).doOnSubscribe(waiting -> waits++)
                        : Mono.error(failed.failure())));
        return transfer.retryWhen(afterItsWait)
                .onErrorResume(DatabaseUnavailableException.class, gaveUp -> Mono.empty())
                .block(PATIENCE);
    }

    private HealthReport health(String label) {
        HealthReport found = sessions.health().blockOptional(PATIENCE).orElseThrow();
        report.line(
                label,
                found.status() + " after " + millis(found.latency()) + ", circuit " + found.circuit() + ": "
                        + found.reason());
        return found;
    }

    private static String millis(Duration duration) {
        return String.format(Locale.ROOT, "%.1f ms", duration.toNanos() / 1e6);
    }
}
