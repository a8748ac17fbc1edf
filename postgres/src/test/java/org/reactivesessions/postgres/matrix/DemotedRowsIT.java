package org.reactivesessions.postgres.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.matrix.Invariant.I10;
import static org.reactivesessions.postgres.matrix.Invariant.I2;
import static org.reactivesessions.postgres.matrix.Invariant.I3;
import static org.reactivesessions.postgres.matrix.Invariant.I4;
import static org.reactivesessions.postgres.matrix.Invariant.I6;
import static org.reactivesessions.postgres.matrix.Invariant.I8;
import static org.reactivesessions.postgres.matrix.Invariant.I9;

import io.r2dbc.spi.R2dbcException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.error.DatabaseReadOnlyException;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.error.WriteOutsideTransactionException;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.postgres.hygiene.ExpectsDrops;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.EmbeddedCluster;
import org.reactivesessions.testkit.server.EmbeddedServer;
import org.reactivesessions.testkit.server.ServerCensus;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TransactionOptions;
import org.reactivesessions.transaction.TransactionRetry;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Connections that lead to a primary of before, which is a standby now, while the name of the database leads to the new one; and
 * a primary that an operator has made read-only.
 */
@ExpectsDrops // a standby refuses BEGIN and what is behind it, and the driver is closed with that unread
class DemotedRowsIT extends FaultRows {

    private static final int SIZE = 4;
    private static final TransactionOptions AGAIN = DEFAULTS.retry(TransactionRetry.defaults());

    /** What looks at the health of the database, and would see what is the matter before anybody sends BEGIN. */
    private static final FrameMatch OF_HEALTH = FrameMatch.startup().containing("^(?!.*default_transaction_read_only)");

    private static EmbeddedCluster cluster;

    private final EmbeddedServer before = primary();
    private final TestDatabase there = fixture().database();

    @BeforeAll
    static void startCluster() {
        cluster = EmbeddedCluster.start();
    }

    private static EmbeddedServer primary() {
        return cluster.primary();
    }

    @AfterAll
    static void closeCluster() {
        cluster.close();
    }

    DemotedRowsIT() {
        super(primary().freshDatabase(), settings -> settings.pool(ServerFixture.roomyPool(SIZE)));
    }

    /** The processes that serve the pool's connections, all of which are in use at once. */
    private Set<Integer> backends() {
        Sinks.Empty<Void> all = Sinks.empty();
        Set<Integer> pids = new TreeSet<>();
        List<Integer> seen = Flux.range(0, SIZE)
                .flatMap(
                        each -> fixture()
                                .sessions()
                                .withTransaction(
                                        DEFAULTS.readOnly(),
                                        session -> session.sql("SELECT pg_backend_pid()")
                                                .one(row -> row.get(0, Integer.class))
                                                .doOnNext(pid -> {
                                                    synchronized (pids) {
                                                        pids.add(pid);
                                                        if (pids.size() == SIZE) {
                                                            all.tryEmitEmpty();
                                                        }
                                                    }
                                                })
                                                .delayUntil(pid -> all.asMono())),
                        SIZE)
                .collectList()
                .block(ServerFixture.PATIENCE);
        assertThat(Objects.requireNonNull(seen)).doesNotHaveDuplicates();
        return new TreeSet<>(seen);
    }

    /** Every connection of the pool leads to the primary of before, and new ones to that of now. */
    private void demote() {
        proxy().drop(OF_HEALTH);
        demoteWhereverItLeads();
        fixture().failOverTo(cluster.primary().copyOf(there));
    }

    private void demoteWhereverItLeads() {
        cluster.awaitReplay();
        cluster.switchOver();
        Patience.until("the pool does not come to the standby", () -> {
            try {
                return backends().size() == SIZE;
            } catch (RuntimeException stillLost) {
                return false;
            }
        });
    }

    private long leftAtTheStandby() {
        return ServerCensus.of(before.copyOf(there)).sessions().size();
    }

    /** @param begins whether BEGIN seems to have done what it was told, and the first write is refused */
    @FaultRow(
            value = 13,
            invariants = {I2, I3, I4, I6, I8, I9, I10})
    @ParameterizedTest(name = "behind a BEGIN that is answered well: {0}")
    @ValueSource(booleans = {false, true})
    void aConnectionThatCannotWriteMustCostItsWholeGeneration(boolean begins) {
        demote();
        if (begins) {
            proxy().replace(FrameMatch.fromClient('Q').sql("^BEGIN.*READ WRITE").nth(1), "BEGIN READ ONLY");
        }
        Operation operation = start(AGAIN, session -> Mono.just("done")).await();

        check().verdict(operation, TransactionOutcome.COMMITTED);
        check().appliedAtMostOnce(operation);
        check().oneTerminal(operation);
        assertThat(operation.effects()).isEqualTo(1);
        assertThat(operation.repeats()).singleElement().satisfies(repeat -> {
            assertThat(repeat.outcome())
                    .isEqualTo(begins ? TransactionOutcome.ROLLED_BACK : TransactionOutcome.NOT_STARTED);
            assertThat(((R2dbcException) repeat.error()).getSqlState()).isEqualTo(begins ? "25006" : "0A000");
        });
        backends();
        Patience.until("a connection to the standby is kept", () -> leftAtTheStandby() == 0);
        for (int i = 0; i < 2 * SIZE; i++) {
            check().verdict(start(session -> Mono.just("done")).await(), TransactionOutcome.COMMITTED);
        }
        check().undoneOnlyIfAbsent(operation);
        check().poolIsWhole();
        check().nextBorrowerIsClean();
        check().recovers();
    }

    /** Without a retry it is the error of one, and nobody else meets it. */
    @FaultRow(
            value = 13,
            invariants = {I2, I3, I4, I9, I10})
    @Test
    void whoIsNotToBeRunAgainMustBeTheOnlyOneToFail() {
        demote();
        Operation first = start(session -> Mono.just("done")).await();
        Operation next = start(session -> Mono.just("done")).await();

        assertThat(first.error())
                .isInstanceOfSatisfying(
                        R2dbcException.class,
                        error -> assertThat(error.getSqlState()).isEqualTo("0A000"));
        check().verdict(first, TransactionOutcome.NOT_STARTED);
        check().nothingDurable(first);
        check().verdict(next, TransactionOutcome.COMMITTED);
        check().appliedAtMostOnce(next);
        check().oneTerminal(first);
        check().recovers();
    }

    /** The name of the database leads to the standby for a while, and health sees it: so it sees when that is over. */
    @FaultRow(
            value = 13,
            invariants = {I2, I3, I4, I10})
    @Test
    void whenHealthHasFoundThePrimaryNobodyMustMeetTheStandbyAnyMore() {
        demoteWhereverItLeads();
        Patience.until("the standby is not noticed", () -> isRefused(start(session -> Mono.just("done"))));
        backends();
        fixture().failOverTo(cluster.primary().copyOf(there));
        List<Operation> operations = new ArrayList<>();
        Patience.until("the primary is not found", () -> {
            operations.add(start(session -> Mono.just("done")).await());
            return operations.get(operations.size() - 1).isCompleted();
        });

        Operation last = operations.get(operations.size() - 1);
        operations
                .subList(0, operations.size() - 1)
                .forEach(operation -> assertThat(isRefused(operation))
                        .as("%s", operation.error())
                        .isTrue());
        check().verdict(last, TransactionOutcome.COMMITTED);
        check().appliedAtMostOnce(last);
        check().undoneOnlyIfAbsent(operations.get(0));
        backends();
        Patience.until("a connection to the standby is kept", () -> leftAtTheStandby() == 0);
        check().recovers();
    }

    private static boolean isRefused(Operation operation) {
        return operation.await().error() instanceof DatabaseReadOnlyException;
    }

    /** A write that is refused because of what its own program has said is nobody else's matter. */
    @FaultRow(
            value = 13,
            invariants = {I2, I3, I6, I10})
    @Test
    void aWriteWhereTheProgramAllowsNoneMustEvictNothing() {
        Set<Integer> backends = backends();
        assertThat(fixture()
                        .sessions()
                        .withSession(session ->
                                session.sql("INSERT INTO effect VALUES (0)").rowsUpdated())
                        .map(Object.class::cast)
                        .onErrorResume(WriteOutsideTransactionException.class, Mono::just)
                        .block(ServerFixture.PATIENCE))
                .isInstanceOf(WriteOutsideTransactionException.class);
        Operation reader = start(AGAIN.readOnly(), session -> Mono.just("done")).await();

        assertThat(reader.error())
                .isInstanceOfSatisfying(
                        R2dbcException.class,
                        error -> assertThat(error.getSqlState()).isEqualTo("25006"));
        assertThat(reader.repeats()).isEmpty();
        check().verdict(reader, TransactionOutcome.ROLLED_BACK);
        check().nothingDurable(reader);
        assertThat(backends()).isEqualTo(backends);
        check().poolIsWhole();
        check().recovers();
    }

    @FaultRow(
            value = 13,
            invariants = {I2, I3, I6, I9, I10})
    @Test
    void anOperatorsSwitchMustStopWritesBeforeBeginAndEvictNothing() {
        Set<Integer> backends = backends();
        administer("ALTER SYSTEM SET default_transaction_read_only = on");
        Patience.until(
                "the switch is not noticed",
                () -> start(session -> Mono.just("done")).await().error() instanceof DatabaseReadOnlyException);
        Rule begins = proxy().watch(FrameMatch.fromClient('Q').sql("^BEGIN.*READ WRITE"));
        Operation operation = start(AGAIN, session -> Mono.just("done")).await();

        check().verdict(operation, TransactionOutcome.NOT_STARTED);
        check().nothingDurable(operation);
        check().oneTerminal(operation);
        assertThat(operation.repeats()).isEmpty();
        assertThat(begins.hits()).isZero();
        assertThat(backends()).as("reads go on, on the same connections").isEqualTo(backends);
        administer("ALTER SYSTEM RESET default_transaction_read_only");
        Patience.until(
                "writes are not taken again",
                () -> start(session -> Mono.just("done")).await().isCompleted());
        assertThat(backends()).isEqualTo(backends);
        check().poolIsWhole();
        check().recovers();
    }

    private void administer(String sql) {
        try (Connection admin = cluster.primary().openJdbc();
                Statement statement = admin.createStatement()) {
            statement.execute("SET default_transaction_read_only = off");
            statement.execute(sql);
            statement.execute("SELECT pg_reload_conf()");
        } catch (SQLException failed) {
            throw new IllegalStateException(sql, failed);
        }
    }
}
