package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.table;

import io.r2dbc.spi.ConnectionFactory;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import org.reactivesessions.error.TransactionRolledBackException;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivestreams.Publisher;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Libraries that manage their own connections take part in our transactions, and have their own ones outside. */
@ExtendWith(PostgresExtension.class)
class LibrariesIT {

    private static final Field<Integer> ID = field("id", Integer.class);
    private final IllegalStateException mine = new IllegalStateException("mine");

    private final ServerFixture fixture;
    private final ReactiveSessions sessions;
    private final DatabaseClient spring;
    private final TransactionalOperator springTransactions;

    LibrariesIT(TestDatabase database) {
        this.fixture = ServerFixture.with(database, builder -> builder.pool(ServerFixture.roomyPool(2)));
        this.sessions = fixture.sessions();
        ConnectionFactory connections = sessions.connectionFactory();
        this.spring = DatabaseClient.create(connections);
        this.springTransactions = TransactionalOperator.create(new R2dbcTransactionManager(connections));
    }

    @BeforeEach
    void createTable() {
        System.setProperty("org.jooq.no-logo", "true");
        System.setProperty("org.jooq.no-tips", "true");
        fixture.run("CREATE TABLE IF NOT EXISTS item (id INT PRIMARY KEY)");
        fixture.run("TRUNCATE item");
    }

    @AfterEach
    void leaveNothingBehind() {
        fixture.close();
    }

    private static Mono<Long> ours(Session session, int id) {
        return session.sql("INSERT INTO item (id) VALUES ($1)", id).rowsUpdated();
    }

    private Mono<Long> springs(int id) {
        return spring.sql("INSERT INTO item (id) VALUES (:id)")
                .bind("id", id)
                .fetch()
                .rowsUpdated();
    }

    private static DSLContext jooq(ConnectionFactory connections) {
        return DSL.using(connections, SQLDialect.POSTGRES);
    }

    private static Mono<Integer> jooqs(DSLContext jooq, int id) {
        return Mono.from(jooq.insertInto(table("item"), ID).values(id));
    }

    private long rows() {
        return fixture.number("SELECT count(*) FROM item");
    }

    @Test
    void aTransactionOfOursMustHoldWhatTheyWrite() {
        sessions.withTransaction(
                        session -> ours(session, 1).then(springs(2)).then(jooqs(jooq(session.connectionFactory()), 3)))
                .block(ServerFixture.PATIENCE);

        assertThat(rows()).isEqualTo(3);
        assertThat(fixture.number("SELECT count(DISTINCT xmin::text) FROM item"))
                .isEqualTo(1);
    }

    @Test
    void anErrorMustUndoWhatTheyWrote() {
        sessions.withTransaction(session -> ours(session, 1)
                        .then(springs(2))
                        .then(jooqs(jooq(session.connectionFactory()), 3))
                        .then(Mono.error(mine)))
                .as(StepVerifier::create)
                .expectErrorMessage("mine")
                .verify(ServerFixture.PATIENCE);

        assertThat(rows()).isZero();
    }

    @Test
    void aCancelWhileSpringWritesMustUndoAll() {
        cancelAtTheSecondInsert(
                sessions.withTransaction(session -> ours(session, 1).then(springs(2))));
    }

    @Test
    void aCancelWhileJooqWritesMustUndoAll() {
        cancelAtTheSecondInsert(sessions.withTransaction(
                session -> ours(session, 1).then(jooqs(jooq(session.connectionFactory()), 2))));
    }

    private void cancelAtTheSecondInsert(Mono<?> work) {
        Rule answer = fixture.proxy()
                .hold(FrameMatch.fromServer('C').answering("(?i)^INSERT").nth(2));
        Disposable running = work.subscribe();
        answer.awaitHit(ServerFixture.PATIENCE);
        running.dispose();
        answer.release();
        fixture.quiesce();

        assertThat(rows()).isZero();
    }

    @Test
    void aTransactionOfSpringInsideOursMustJoinIt() {
        sessions.withTransaction(session -> ours(session, 1)
                        .then(springs(2).as(springTransactions::transactional))
                        .then(Mono.error(mine)))
                .as(StepVerifier::create)
                .expectErrorMessage("mine")
                .verify(ServerFixture.PATIENCE);

        assertThat(rows()).isZero();
    }

    @Test
    void aRollbackOfSpringInsideOursMustNotBeForgotten() {
        sessions.withTransaction(session -> ours(session, 1)
                        .then(springs(2)
                                .then(Mono.<Long>error(mine))
                                .as(springTransactions::transactional)
                                .onErrorReturn(0L)))
                .as(StepVerifier::create)
                .expectError(TransactionRolledBackException.class)
                .verify(ServerFixture.PATIENCE);

        assertThat(rows()).isZero();
    }

    @Test
    void aTransactionOfJooqInsideOursMustJoinIt() {
        sessions.withTransaction(session -> ours(session, 1)
                        .then(last(jooq(session.connectionFactory())
                                .transactionPublisher(inner -> jooqs(inner.dsl(), 2)
                                        .then(last(inner.dsl()
                                                        .transactionPublisher(nested -> jooqs(nested.dsl(), 3)
                                                                .then(Mono.<Integer>error(mine))))
                                                .onErrorReturn(0))))))
                .block(ServerFixture.PATIENCE);

        assertThat(fixture.number("SELECT count(*) FROM item WHERE id < 3")).isEqualTo(2);
        assertThat(rows()).as("jOOQ's nested transaction is a savepoint").isEqualTo(2);
    }

    /** jOOQ emits a value before it commits, so the first one must not be taken for the end. */
    private static <T> Mono<T> last(Publisher<T> transaction) {
        return Flux.from(transaction).last();
    }

    @Test
    void outsideOfOursSpringMustHaveItsOwnTransactions() {
        springs(1).then(springs(2)).as(springTransactions::transactional).block(ServerFixture.PATIENCE);
        springs(3)
                .then(Mono.<Long>error(mine))
                .as(springTransactions::transactional)
                .as(StepVerifier::create)
                .expectErrorMessage("mine")
                .verify(ServerFixture.PATIENCE);

        assertThat(rows()).isEqualTo(2);
        assertThat(fixture.number("SELECT count(DISTINCT xmin::text) FROM item"))
                .isEqualTo(1);
        assertThat(sessions.poolStatus().acquired()).isZero();
    }

    @Test
    void outsideOfOursJooqMustHaveItsOwnTransactions() {
        DSLContext jooq = jooq(sessions.connectionFactory());
        Flux.from(jooq.transactionPublisher(inner -> jooqs(inner.dsl(), 1).then(jooqs(inner.dsl(), 2))))
                .blockLast(ServerFixture.PATIENCE);
        Flux.from(jooq.transactionPublisher(inner -> jooqs(inner.dsl(), 3).then(Mono.error(mine))))
                .as(StepVerifier::create)
                .expectError()
                .verify(ServerFixture.PATIENCE);

        assertThat(rows()).isEqualTo(2);
        assertThat(sessions.poolStatus().acquired()).isZero();
    }
}
