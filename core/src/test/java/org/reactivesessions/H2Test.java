package org.reactivesessions;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.h2.CloseableConnectionFactory;
import io.r2dbc.h2.H2ConnectionFactory;
import io.r2dbc.spi.Clob;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.Result;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.error.TooManyRowsException;
import org.reactivesessions.scripted.NothingDropped;
import org.reactivesessions.transaction.Propagation;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** A real driver through the standard dialect. H2 runs a statement inside {@code subscribe}, so nothing can be cancelled there. */
class H2Test {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    final NothingDropped dropped = new NothingDropped();

    private final CloseableConnectionFactory database =
            H2ConnectionFactory.inMemory(UUID.randomUUID().toString());
    private final List<String> ends = new CopyOnWriteArrayList<>();
    private final ReactiveSessions sessions = ReactiveSessions.builder(database)
            .maxSize(4)
            .listener((name, phase, outcome, error) -> ends.add(phase + " " + outcome))
            .build();

    @BeforeEach
    void createTable() {
        sessions.withTransaction(session -> session.sql(
                                "CREATE TABLE account (id INT PRIMARY KEY, owner VARCHAR(99), note CLOB)")
                        .execute())
                .block(PATIENCE);
        ends.clear();
    }

    @AfterEach
    void closeAll() {
        sessions.quiesced().block(PATIENCE);
        assertThat(sessions.poolStatus().acquired()).isZero();
        sessions.close().block(PATIENCE);
        database.close().block(PATIENCE);
    }

    private static Mono<Long> insert(Session session, int id, @Nullable String owner) {
        return session.sql("INSERT INTO account (id, owner) VALUES ($1, $2)", id, owner)
                .rowsUpdated();
    }

    private long count() {
        Long rows = sessions.withTransaction(
                        session -> session.sql("SELECT COUNT(*) FROM account").one(row -> row.get(0, Long.class)))
                .block(PATIENCE);
        ends.remove(ends.size() - 1);
        return rows == null ? -1 : rows;
    }

    @Test
    void aTransactionMustCommitAllOfItsStatements() {
        StepVerifier.create(sessions.withTransaction(
                        session -> insert(session, 1, "ann").then(insert(session, 2, null))))
                .expectNext(1L)
                .expectComplete()
                .verify(PATIENCE);

        assertThat(count()).isEqualTo(2);
        assertThat(ends).containsExactly("COMMITTING COMMITTED");
    }

    @Test
    void anErrorMustUndoAllOfThem() {
        StepVerifier.create(sessions.withTransaction(
                        session -> insert(session, 1, "ann").then(insert(session, 1, "bob"))))
                .expectError(R2dbcDataIntegrityViolationException.class)
                .verify(PATIENCE);

        assertThat(count()).isZero();
        assertThat(ends).containsExactly("ACTIVE ROLLED_BACK");
    }

    @Test
    void aCancelMustUndoAllOfThem() {
        StepVerifier.create(sessions.withTransaction(
                        session -> insert(session, 1, "ann").then(Mono.never())))
                .thenAwait(Duration.ZERO)
                .thenCancel()
                .verify(PATIENCE);
        sessions.quiesced().block(PATIENCE);

        assertThat(count()).isZero();
        assertThat(ends).hasSize(1).doesNotContain("COMMITTING COMMITTED");
    }

    @Test
    void aTransactionMustSeeItsOwnWritesAndOthersMustNot() {
        Long seenByOthers = sessions.withTransaction(session -> insert(session, 1, "ann")
                        .then(sessions.withTransaction(
                                TransactionOptions.defaults().propagation(Propagation.REQUIRES_NEW),
                                other -> other.sql("SELECT COUNT(*) FROM account")
                                        .one(row -> row.get(0, Long.class)))))
                .block(PATIENCE);

        assertThat(seenByOthers).isZero();
        assertThat(count()).isEqualTo(1);
    }

    @Test
    void manyTransactionsOnFewConnectionsMustAllCommit() {
        Flux.range(0, 200)
                .flatMap(
                        id -> sessions.withTransaction(session -> insert(session, id, "owner " + id))
                                .subscribeOn(Schedulers.parallel()),
                        40)
                .blockLast(PATIENCE);

        assertThat(count()).isEqualTo(200);
        assertThat(ends).hasSize(200).containsOnly("COMMITTING COMMITTED");
    }

    @Test
    void randomCancelsMustLeaveNoHalfTransaction() {
        Flux.range(0, 300)
                .flatMap(
                        id -> sessions.withTransaction(session -> insert(session, 2 * id, "a")
                                        .publishOn(Schedulers.parallel())
                                        .then(insert(session, 2 * id + 1, "b")))
                                .subscribeOn(Schedulers.parallel())
                                .takeUntilOther(id % 2 == 0 ? Mono.never() : Mono.delay(Duration.ofNanos(id * 3_000L)))
                                .then(),
                        8)
                .blockLast(PATIENCE);
        sessions.quiesced().block(PATIENCE);
        Long halves = sessions.withTransaction(session -> session.sql("SELECT COUNT(*) FROM account a WHERE NOT EXISTS"
                                + " (SELECT 1 FROM account b WHERE b.id = a.id + 1 - 2 * MOD(a.id, 2))")
                        .one(row -> row.get(0, Long.class)))
                .block(PATIENCE);

        assertThat(halves).isZero();
        assertThat(count()).isGreaterThanOrEqualTo(300);
    }

    @Test
    void rowsMustStreamAndNamesAndSetsBeBound() {
        Long inserted = sessions.withTransaction(
                        session -> session.sql("INSERT INTO account (id, owner) VALUES ($1, $2)")
                                .bind("$1", 1)
                                .bind("$2", "ann")
                                .add()
                                .bind(0, 2)
                                .bind(1, "bob")
                                .rowsUpdated())
                .block(PATIENCE);
        assertThat(inserted).isEqualTo(2);

        StepVerifier.create(sessions.withTransactionMany(session -> session.sql("SELECT owner FROM account ORDER BY id")
                        .all(row -> row.get("owner", String.class))))
                .expectNext("ann", "bob")
                .expectComplete()
                .verify(PATIENCE);
    }

    @Test
    void oneAndFirstMustCountRows() {
        sessions.withTransaction(session -> insert(session, 1, "ann").then(insert(session, 2, "bob")))
                .block(PATIENCE);

        StepVerifier.create(sessions.withTransaction(session ->
                        session.sql("SELECT owner FROM account ORDER BY id").first(row -> row.get(0, String.class))))
                .expectNext("ann")
                .expectComplete()
                .verify(PATIENCE);
        StepVerifier.create(sessions.withTransaction(
                        session -> session.sql("SELECT owner FROM account").one(row -> row.get(0, String.class))))
                .expectError(TooManyRowsException.class)
                .verify(PATIENCE);
    }

    @Test
    void aStreamMustBeBoundAsAValue() {
        // Not a Blob: r2dbc-h2 reads even a ByteBuffer by blocking, and refuses to on some of the threads that bind.
        sessions.withTransaction(session -> session.sql("INSERT INTO account (id, note) VALUES (1, $1)")
                        .bind(0, Clob.from(Flux.just("long ", "text")))
                        .rowsUpdated())
                .block(PATIENCE);

        StepVerifier.create(sessions.withTransaction(session ->
                        session.sql("SELECT CAST(note AS VARCHAR) FROM account").one(row -> row.get(0, String.class))))
                .expectNext("long text")
                .expectComplete()
                .verify(PATIENCE);
    }

    @Test
    void aBatchMustRunBehindTheGate() {
        Long count = sessions.withTransaction(session -> Flux.from(session.connection()
                                .createBatch()
                                .add("INSERT INTO account (id) VALUES (1)")
                                .add("INSERT INTO account (id) VALUES (2)")
                                .execute())
                        .concatMap(Result::getRowsUpdated)
                        .reduce(0L, Long::sum))
                .block(PATIENCE);

        assertThat(count).isEqualTo(2);
        assertThat(count()).isEqualTo(2);
    }

    @Test
    void theLevelMustReachTheDatabase() {
        IsolationLevel level = sessions.withTransaction(
                        TransactionOptions.defaults().isolation(IsolationLevel.SERIALIZABLE),
                        session -> Mono.just(session.connection().getTransactionIsolationLevel()))
                .block(PATIENCE);

        assertThat(level).isEqualTo(IsolationLevel.SERIALIZABLE);
    }
}
