package org.reactivesessions.postgres.pgbouncer;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Two-insert transactions of two applications on shared server connections, most of them cancelled at a random moment. */
final class CancelStorm {

    private static final String INSERT =
            "INSERT INTO pair SELECT $1, $2, pg_current_xact_id()::text::bigint, pg_backend_pid(), current_setting('app.tenant')";
    private static final double CANCELLED = 0.8;
    private static final int LONGEST_MICROS = 12_000;
    private static final int IN_FLIGHT = 16;

    private final Clients clients;
    private final Oracle oracle;
    private final AtomicInteger cancelled = new AtomicInteger();

    CancelStorm(Clients clients, Oracle oracle) {
        this.clients = clients;
        this.oracle = oracle;
    }

    /** Runs it and reads the table; what it must not find is an error. */
    CheckTable.Seen run(int transactions, long seed) throws SQLException {
        oracle.run("DROP TABLE IF EXISTS pair");
        oracle.run("CREATE TABLE pair (tx int, part int, xid bigint, backend int, tenant text)");
        clients.outcomes().clear();
        Random random = new Random(seed);
        Flux.range(0, transactions)
                .flatMap(
                        tx -> {
                            Mono<Long> pair = pair(tx);
                            long micros = random.nextInt(LONGEST_MICROS);
                            return random.nextDouble() < CANCELLED
                                    ? pair.takeUntilOther(Mono.delay(Duration.ofNanos(micros * 1_000))
                                            .doOnNext(now -> cancelled.incrementAndGet()))
                                    : pair;
                        },
                        IN_FLIGHT)
                .blockLast(Duration.ofMinutes(3));
        clients.quiesce();
        return verdict(transactions);
    }

    private Mono<Long> pair(int tx) {
        return clients.sessions()
                .withTransaction(
                        TransactionOptions.defaults().named("t" + tx).setting("app.tenant", "t" + tx),
                        session -> session.sql(INSERT, tx, 1)
                                .rowsUpdated()
                                .then(session.sql(INSERT, tx, 2).rowsUpdated()));
    }

    private CheckTable.Seen verdict(int transactions) throws SQLException {
        oracle.mustBeZero(
                "half transactions", "SELECT count(*) FROM (SELECT FROM pair GROUP BY tx HAVING count(*) <> 2) h");
        oracle.mustBeZero(
                "split transactions",
                "SELECT count(*) FROM (SELECT FROM pair GROUP BY tx HAVING min(xid) <> max(xid)) s");
        oracle.mustBeZero(
                "shared transactions",
                "SELECT count(*) FROM (SELECT FROM pair GROUP BY xid HAVING min(tx) <> max(tx)) s");
        oracle.mustBeZero("settings of others", "SELECT count(*) FROM pair WHERE tenant <> 't' || tx");
        oracle.mustBeZero(
                "idle in transaction",
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'");
        long committed = count(TransactionOutcome.COMMITTED);
        long durable = oracle.number("SELECT count(DISTINCT tx) FROM pair");
        long inDoubt = count(TransactionOutcome.IN_DOUBT);
        if (clients.outcomes().size() != transactions || committed != durable || inDoubt != 0) {
            throw new AssertionError(clients.outcomes().size() + " outcomes, " + committed + " told as COMMITTED but "
                    + durable + " durable, " + inDoubt + " in doubt");
        }
        long backends = oracle.number("SELECT count(DISTINCT backend) FROM pair");
        if (backends < 2 || backends > PgBouncerRun.SERVER_CONNECTIONS || clients.cancelRequests() != 0) {
            throw new AssertionError(
                    backends + " server connections, " + clients.cancelRequests() + " cancel requests");
        }
        return CheckTable.Seen.that(String.format(
                Locale.ROOT,
                "%,d cancelled: %,d committed, %,d rolled back, %,d not begun; 0 half",
                cancelled.get(),
                committed,
                count(TransactionOutcome.ROLLED_BACK),
                count(TransactionOutcome.NOT_STARTED)));
    }

    private long count(TransactionOutcome outcome) {
        return clients.outcomes().values().stream().filter(outcome::equals).count();
    }
}
