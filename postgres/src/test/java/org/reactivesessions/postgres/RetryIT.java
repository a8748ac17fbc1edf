package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.R2dbcException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.Session;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TransactionOptions;
import org.reactivesessions.transaction.TransactionRetry;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Whole transactions that are run again on a real server, after the failures it really makes. */
@ExtendWith(PostgresExtension.class)
class RetryIT {

    private static final TransactionOptions SERIALIZABLE = TransactionOptions.defaults()
            .named("transfer")
            .isolation(IsolationLevel.SERIALIZABLE)
            .retry(TransactionRetry.defaults());
    private static final TransactionOptions RETRIED =
            TransactionOptions.defaults().named("transfer").retry(TransactionRetry.defaults());

    private final ServerFixture fixture;
    private final AtomicInteger calls = new AtomicInteger();

    RetryIT(TestDatabase database) {
        fixture = ServerFixture.with(database, builder -> builder.pool(ServerFixture.roomyPool(2)));
    }

    @BeforeEach
    void createTable() {
        fixture.run("DROP TABLE IF EXISTS account");
        fixture.run("CREATE TABLE account (id int PRIMARY KEY, balance int NOT NULL)");
        fixture.run("INSERT INTO account VALUES (1, 0), (2, 0)");
    }

    @AfterEach
    void leaveNothingBehind() {
        fixture.close();
    }

    private static Mono<Integer> balance(Session session, int id) {
        return session.sql("SELECT balance FROM account WHERE id = $1", id).one(row -> row.get(0, Integer.class));
    }

    private static Mono<Long> set(Session session, int id, int balance) {
        return session.sql("UPDATE account SET balance = $2 WHERE id = $1", id, balance)
                .rowsUpdated();
    }

    /** What somebody else does in between, in the first attempt. */
    private Mono<Void> meanwhile(String sql) {
        return calls.incrementAndGet() > 1
                ? Mono.empty()
                : Mono.<Void>fromRunnable(() -> fixture.run(sql)).subscribeOn(Schedulers.boundedElastic());
    }

    /** Another transaction changes the row between the read and the write of the first attempt. */
    private Mono<Long> increment(Session session) {
        return balance(session, 1)
                .delayUntil(read -> meanwhile("UPDATE account SET balance = balance + 10 WHERE id = 1"))
                .flatMap(read -> set(session, 1, read + 1));
    }

    @Test
    void aSerializationFailureMustBeRunAgainAndLoseNothing() {
        StepVerifier.create(fixture.sessions().withTransaction(SERIALIZABLE, this::increment))
                .expectNext(1L)
                .expectComplete()
                .verify(ServerFixture.PATIENCE);

        assertThat(calls).hasValue(2);
        assertThat(fixture.number("SELECT balance FROM account WHERE id = 1")).isEqualTo(11);
        assertThat(fixture.events()).hasSize(1);
        assertThat(fixture.lastEvent().outcome()).isEqualTo(TransactionOutcome.COMMITTED);
    }

    @Test
    void everyAttemptMustHaveANumberATimeAndHooksOfItsOwn() {
        List<Integer> attempts = new CopyOnWriteArrayList<>();
        Set<Instant> starts = ConcurrentHashMap.newKeySet();
        List<String> hooks = new CopyOnWriteArrayList<>();

        fixture.sessions()
                .withTransaction(SERIALIZABLE, session -> {
                    int attempt = session.attempt();
                    attempts.add(attempt);
                    session.afterCommit(() -> Mono.fromRunnable(() -> hooks.add("commit " + attempt)));
                    session.afterRollback(() -> Mono.fromRunnable(() -> hooks.add("rollback " + attempt)));
                    return session.startedAt().doOnNext(starts::add).then(increment(session));
                })
                .block(ServerFixture.PATIENCE);

        assertThat(attempts).containsExactly(1, 2);
        assertThat(starts).hasSize(2);
        assertThat(hooks).containsExactly("rollback 1", "commit 2");
    }

    @Test
    void aDeadlockMustBeRunAgain() {
        fixture.run("ALTER ROLE CURRENT_USER SET deadlock_timeout = '50ms'");
        try {
            Sinks.One<Integer> bothHold = Sinks.one();
            AtomicInteger holding = new AtomicInteger();
            Function<int[], Mono<Long>> transfer = order -> fixture.sessions()
                    .withTransaction(
                            RETRIED,
                            session -> set(session, order[0], 1)
                                    .doOnNext(done -> {
                                        calls.incrementAndGet();
                                        if (holding.incrementAndGet() == 2) {
                                            bothHold.tryEmitValue(2);
                                        }
                                    })
                                    .then(bothHold.asMono())
                                    .then(set(session, order[1], 2)));

            StepVerifier.create(Mono.zip(transfer.apply(new int[] {1, 2}), transfer.apply(new int[] {2, 1})))
                    .expectNextCount(1)
                    .expectComplete()
                    .verify(ServerFixture.PATIENCE);

            assertThat(calls.get()).as("two, and one that was run again").isEqualTo(3);
            assertThat(fixture.events()).hasSize(2).allMatch(end -> end.outcome() == TransactionOutcome.COMMITTED);
        } finally {
            fixture.run("ALTER ROLE CURRENT_USER RESET deadlock_timeout");
        }
    }

    @Test
    void aTerminatedBackendMustBeRunAgainOnAnotherConnection() {
        StepVerifier.create(fixture.sessions()
                        .withTransaction(
                                RETRIED,
                                session -> session.attempt() == 1
                                        ? session.sql("SELECT pg_terminate_backend(pg_backend_pid())")
                                                .one(row -> row.get(0, Boolean.class))
                                                .thenReturn(0L)
                                        : set(session, 1, 7)))
                .expectNext(1L)
                .expectComplete()
                .verify(ServerFixture.PATIENCE);
        assertThat(fixture.number("SELECT balance FROM account WHERE id = 1")).isEqualTo(7);
    }

    @Test
    void withoutARetryATerminatedBackendMustBeRunOnce() {
        StepVerifier.create(fixture.sessions().withTransaction(session -> {
                    calls.incrementAndGet();
                    return session.sql("SELECT pg_terminate_backend(pg_backend_pid())")
                            .one(row -> row.get(0, Boolean.class));
                }))
                .verifyError(R2dbcException.class);

        assertThat(calls).hasValue(1);
        assertThat(fixture.lastEvent().outcome()).isEqualTo(TransactionOutcome.ROLLED_BACK);
    }

    @Test
    void whatEndsNestedMustRunTheWholeAgain() {
        StepVerifier.create(fixture.sessions()
                        .withTransaction(SERIALIZABLE, session -> session.nested(inner -> increment(inner))))
                .expectNext(1L)
                .expectComplete()
                .verify(ServerFixture.PATIENCE);

        assertThat(calls).hasValue(2);
        assertThat(fixture.number("SELECT balance FROM account WHERE id = 1")).isEqualTo(11);
    }

    @Test
    void aDuplicateKeyThatIsASerializationFailureMustBeRunAgainIfAskedFor() {
        TransactionOptions optedIn =
                SERIALIZABLE.retry(TransactionRetry.defaults().onDuplicateKey());
        Function<TransactionOptions, Mono<Integer>> insertNext = options -> fixture.sessions()
                .withTransaction(
                        options,
                        session -> session.sql("SELECT max(id) + 1 FROM account")
                                .one(row -> row.get(0, Integer.class))
                                .delayUntil(next -> meanwhile("INSERT INTO account VALUES (" + next + ", 0)"))
                                .flatMap(next -> session.sql("INSERT INTO account VALUES ($1, 0)", next)
                                        .rowsUpdated()
                                        .thenReturn(next)));

        StepVerifier.create(insertNext.apply(SERIALIZABLE)).verifyError();
        assertThat(calls).hasValue(1);
        calls.set(0);
        StepVerifier.create(insertNext.apply(optedIn)).expectNext(5).verifyComplete();
        assertThat(calls).hasValue(2);
    }

    @Test
    void aStalePlanMustBeRunAgainIfAskedFor() {
        TransactionOptions optedIn = RETRIED.retry(TransactionRetry.defaults().onStalePlan());
        Function<TransactionOptions, Mono<Integer>> read =
                options -> fixture.sessions().withTransaction(options, session -> {
                    calls.incrementAndGet();
                    return session.sql("SELECT * FROM account WHERE id = $1", 1).one(row -> row.get(0, Integer.class));
                });
        for (int i = 0; i < 3; i++) {
            read.apply(RETRIED).block(ServerFixture.PATIENCE);
        }
        calls.set(0);

        fixture.run("ALTER TABLE account ADD COLUMN one int");
        StepVerifier.create(read.apply(RETRIED)).verifyError();
        assertThat(calls).hasValue(1);
        fixture.run("ALTER TABLE account ADD COLUMN two int");
        StepVerifier.create(read.apply(optedIn)).expectNext(1).verifyComplete();
    }
}
