package org.reactivesessions.postgres.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.matrix.Invariant.I10;
import static org.reactivesessions.postgres.matrix.Invariant.I2;
import static org.reactivesessions.postgres.matrix.Invariant.I3;
import static org.reactivesessions.postgres.matrix.Invariant.I4;
import static org.reactivesessions.postgres.matrix.Invariant.I6;
import static org.reactivesessions.postgres.matrix.Invariant.I9;

import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.R2dbcException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivesessions.Session;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.resilience.ResilienceOptions;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TransactionOptions;
import org.reactivesessions.transaction.TransactionRetry;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Transactions that the server fails because of each other. */
class ConflictRowsIT extends FaultRows {

    /** Retries that the sessions have for all their transactions together. */
    private static final int BUDGET = 6;

    /** Two who each do one thing, meet, and do what cannot go with what the other has done. */
    private enum Conflict {
        DEADLOCK(
                "40P01",
                "UPDATE duty SET active = true WHERE id = %1$d",
                "UPDATE duty SET active = false WHERE id = %2$d"),
        WRITE_SKEW(
                "40001",
                "SELECT count(*) FROM duty WHERE active",
                "UPDATE duty SET active = false WHERE id = %1$d AND (SELECT count(*) FROM duty WHERE active) > 1");

        private final String state;
        private final String first;
        private final String second;

        Conflict(String state, String first, String second) {
            this.state = state;
            this.first = first;
            this.second = second;
        }

        TransactionOptions options() {
            return this == DEADLOCK
                    ? DEFAULTS.setting("deadlock_timeout", "50ms")
                    : DEFAULTS.isolation(IsolationLevel.SERIALIZABLE);
        }
    }

    private final Sinks.One<Boolean> met = Sinks.one();
    private final AtomicInteger there = new AtomicInteger();
    private final Set<String> transactions = ConcurrentHashMap.newKeySet();

    ConflictRowsIT(TestDatabase database) {
        super(
                database,
                settings -> settings.pool(ServerFixture.roomyPool(2))
                        .resilience(ResilienceOptions.defaults().conflictRetries(0, BUDGET)));
        fixture().run("DROP TABLE IF EXISTS duty");
        fixture().run("CREATE TABLE duty AS SELECT id, true AS active FROM generate_series(1, 2) AS id");
    }

    /** Waits for the other one, in the first attempt of both. */
    private Mono<Boolean> meet() {
        return Mono.defer(() -> {
            if (there.incrementAndGet() == 2) {
                met.tryEmitValue(true);
            }
            return met.asMono();
        });
    }

    private Mono<String> one(Conflict conflict, Session session, int own, int other) {
        return session.sql("SELECT pg_current_xact_id()::text")
                .one(row -> row.get(0, String.class))
                .doOnNext(transactions::add)
                .then(session.sql(String.format(conflict.first, own, other)).execute())
                .then(meet())
                .then(session.sql(String.format(conflict.second, own, other)).execute())
                .thenReturn("done");
    }

    /** Both operations, at the same time. */
    private List<Operation> both(Conflict conflict, TransactionOptions options) {
        return List.of(
                start(options, session -> one(conflict, session, 1, 2)),
                start(options, session -> one(conflict, session, 2, 1)));
    }

    @FaultRow(
            value = 20,
            invariants = {I3, I4, I6, I9, I10})
    @ParameterizedTest
    @EnumSource
    void aConflictMustRunTheWholeAgainInATransactionOfItsOwn(Conflict conflict) {
        List<Operation> both = both(conflict, conflict.options().retry(TransactionRetry.defaults()));

        for (Operation operation : both) {
            check().verdict(operation, TransactionOutcome.COMMITTED);
            check().oneTerminal(operation);
            check().appliedAtMostOnce(operation);
            assertThat(operation.effects()).isEqualTo(1);
        }
        assertThat(fixture().repeats())
                .isNotEmpty()
                .hasSizeLessThanOrEqualTo(BUDGET)
                .allMatch(repeated -> repeated.outcome() == TransactionOutcome.ROLLED_BACK);
        assertThat(transactions)
                .hasSize(both.get(0).calls() + both.get(1).calls())
                .hasSize(2 + fixture().repeats().size());
        assertThat(fixture().number("SELECT count(*) FROM duty WHERE active")).isEqualTo(1);
        check().recovers();
        check().poolIsWhole();
    }

    @FaultRow(
            value = 20,
            invariants = {I2, I3, I4, I6, I10})
    @ParameterizedTest
    @EnumSource
    void withoutARetryAConflictMustBeTheErrorOfOne(Conflict conflict) {
        List<Operation> both = both(conflict, conflict.options());
        both.forEach(Operation::await);
        Operation loser = both.get(both.get(0).isCompleted() ? 1 : 0);
        Operation winner = both.get(both.get(0).isCompleted() ? 0 : 1);

        assertThat(loser.error())
                .asInstanceOf(InstanceOfAssertFactories.type(R2dbcException.class))
                .extracting(R2dbcException::getSqlState)
                .isEqualTo(conflict.state);
        check().verdict(loser, TransactionOutcome.ROLLED_BACK);
        check().nothingDurable(loser);
        check().verdict(winner, TransactionOutcome.COMMITTED);
        assertThat(fixture().repeats()).isEmpty();
        both.forEach(check()::appliedAtMostOnce);
        check().recovers();
        check().poolIsWhole();
    }

    /** So many attempts, and as long as all transactions together have retries left. */
    @FaultRow(
            value = 20,
            invariants = {I2, I3, I4, I9, I10})
    @Test
    void aConflictThatStaysMustBeGivenUp() {
        AtCommit.raise(fixture(), "40001");
        for (int attempts : new int[] {5, 3, 1}) {
            Operation operation =
                    start(DEFAULTS.retry(TransactionRetry.defaults().maxAttempts(5)), session -> Mono.just("done"));

            check().verdict(operation, TransactionOutcome.ROLLED_BACK);
            check().oneTerminal(operation);
            check().appliedAtMostOnce(operation);
            check().nothingDurable(operation);
            assertThat(operation.calls()).isEqualTo(attempts);
            assertThat(operation.error())
                    .isInstanceOf(R2dbcException.class)
                    .extracting(error -> error.getSuppressed().length)
                    .as("errors of the attempts before, and why there is no further one")
                    .isEqualTo(attempts);
        }
        check().recovers();
    }
}
