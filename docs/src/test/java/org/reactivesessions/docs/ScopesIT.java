package org.reactivesessions.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.ConnectionFactory;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.Propagation;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The samples of the page "Scopes". */
@ExtendWith(PostgresExtension.class)
class ScopesIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TestDatabase database;
    private final ReactiveSessions sessions;
    private final List<String> mails = new CopyOnWriteArrayList<>();

    ScopesIT(TestDatabase database) {
        this.database = database;
        this.sessions = PostgresSessions.builder()
                .url(database.url())
                .pool(PoolOptions.defaults().acquireTimeout(PATIENCE).createTimeout(PATIENCE))
                .build();
    }

    @BeforeEach
    void createTables() throws SQLException {
        try (Connection oracle = database.openJdbc()) {
            oracle.createStatement().execute("DROP TABLE IF EXISTS orders, audit");
            oracle.createStatement()
                    .execute(
                            "CREATE TABLE orders (id bigint PRIMARY KEY, created_at timestamptz, updated_at timestamptz)");
            oracle.createStatement().execute("CREATE TABLE audit (what text)");
        }
    }

    @AfterEach
    void close() {
        sessions.close().block(PATIENCE);
    }

    private Mono<Long> audit(String what) {
        return sessions.withTransaction(
                session -> session.sql("INSERT INTO audit VALUES ($1)", what).rowsUpdated());
    }

    private static Mono<Long> order(Session session, long id) {
        return session.sql("INSERT INTO orders (id) VALUES ($1)", id).rowsUpdated();
    }

    private Mono<Void> mail(String text) {
        return Mono.fromRunnable(() -> mails.add(text));
    }

    private Long count(String table) {
        return sessions.withSession(
                        session -> session.sql("SELECT count(*) FROM " + table).one(row -> row.get(0, Long.class)))
                .blockOptional(PATIENCE)
                .orElseThrow();
    }

    @Test
    void whatIsInsideMustJoin() {
        // spotless:off
        // tag::join[]
        Mono<Long> placed = sessions.withTransaction(session ->
            session.sql("INSERT INTO orders (id) VALUES ($1)", 1).rowsUpdated()
                .then(audit("order placed"))); // audit(…) calls sessions.withTransaction itself
        // end::join[]
        // spotless:on

        placed.block(PATIENCE);
        placed.onErrorComplete().block(PATIENCE); // the order is there already, so the audit must not come either
        assertThat(count("orders")).isEqualTo(1);
        assertThat(count("audit")).isEqualTo(1);
    }

    @Test
    void aPipelineMustBecomeATransaction() {
        // spotless:off
        // tag::transactional[]
        Flux<Long> imported = Flux.range(1, 3)
            .concatMap(id -> sessions.withSession(session ->
                session.sql("INSERT INTO orders (id) VALUES ($1)", id).rowsUpdated()))
            .as(sessions::transactional);
        // end::transactional[]
        // spotless:on

        imported.blockLast(PATIENCE);
        assertThat(count("orders")).isEqualTo(3);
    }

    @Test
    void requiresNewMustStandBeside() {
        // spotless:off
        // tag::beside[]
        TransactionOptions beside = TransactionOptions.defaults()
            .named("attempt")
            .propagation(Propagation.REQUIRES_NEW);
        Mono<Long> attempted = sessions.withTransaction(session ->
            sessions.withTransaction(beside, own ->
                    own.sql("INSERT INTO audit VALUES ($1)", "attempted").rowsUpdated())
                .then(Mono.error(new IllegalStateException("out of stock"))));
        // end::beside[]
        // spotless:on

        attempted.onErrorComplete().block(PATIENCE);
        assertThat(count("audit")).isEqualTo(1);
    }

    @Test
    void aNestedScopeMustContainItsFailure() {
        order(1).block(PATIENCE);
        // spotless:off
        // tag::nested[]
        Mono<Long> placed = sessions.withTransaction(session ->
            session.nested(inner -> inner.sql("INSERT INTO orders (id) VALUES ($1)", 1).rowsUpdated())
                .onErrorResume(duplicate ->
                    session.sql("INSERT INTO audit VALUES ($1)", "order 1 was there").rowsUpdated()));
        // end::nested[]
        // spotless:on

        placed.block(PATIENCE);
        assertThat(count("audit")).isEqualTo(1);
    }

    private Mono<Long> order(long id) {
        return sessions.withTransaction(session -> order(session, id));
    }

    @Test
    void hooksMustRunAroundTheEnd() {
        // spotless:off
        // tag::hooks[]
        Mono<Long> placed = sessions.withTransaction(session -> {
            session.beforeCommit(() -> session.sql("INSERT INTO audit VALUES ($1)", "placed").rowsUpdated());
            session.afterCommit(() -> mail("your order is placed"));
            session.afterRollback(() -> mail("your order could not be placed"));
            return session.sql("INSERT INTO orders (id) VALUES ($1)", 1).rowsUpdated();
        });
        // end::hooks[]
        // spotless:on

        placed.block(PATIENCE);
        placed.onErrorComplete().block(PATIENCE);
        assertThat(mails).containsExactly("your order is placed", "your order could not be placed");
        assertThat(count("audit")).isEqualTo(1);
    }

    @Test
    void aTimestampMustBeThatOfTheTransaction() {
        // spotless:off
        // tag::started[]
        Mono<Instant> placedAt = sessions.withTransaction(session ->
            session.startedAt().flatMap(now ->
                session.sql("INSERT INTO orders (id, created_at, updated_at) VALUES ($1, $2, $2)", 1, now)
                    .rowsUpdated()
                    .thenReturn(now)));
        // end::started[]
        // spotless:on

        Instant at = placedAt.block(PATIENCE);
        assertThat(sessions.withSession(session -> session.sql("SELECT created_at FROM orders")
                                .one(row -> Objects.requireNonNull(row.get(0, OffsetDateTime.class))
                                        .toInstant()))
                        .block(PATIENCE))
                .isEqualTo(at);
    }

    @Test
    void rowsMustBeUpdatedWhileTheyAreStreamed() {
        Flux.range(1, 250).concatMap(id -> order((long) id)).blockLast(PATIENCE);
        // spotless:off
        // tag::cursor[]
        Flux<Long> touched = sessions.withTransactionMany(session ->
            session.sql("SELECT id FROM orders").cursor(100).all(row -> row.get(0, Long.class))
                .concatMap(id -> session.sql("UPDATE orders SET updated_at = now() WHERE id = $1", id).rowsUpdated()));
        // end::cursor[]
        // spotless:on

        assertThat(touched.count().block(PATIENCE)).isEqualTo(250);
    }

    @Test
    void aLibraryMustShareTheConnection() {
        // spotless:off
        // tag::library[]
        ConnectionFactory connections = sessions.connectionFactory();
        // end::library[]
        // spotless:on

        sessions.withTransaction(session -> Flux.usingWhen(
                                connections.create(),
                                connection -> connection
                                        .createStatement("INSERT INTO orders (id) VALUES (1)")
                                        .execute(),
                                connection -> connection.close())
                        .concatMap(result -> result.getRowsUpdated())
                        .then())
                .block(PATIENCE);
        assertThat(count("orders")).isEqualTo(1);
    }
}
