package org.reactivesessions.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.IsolationLevel;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.error.CommitOutcomeUnknownException;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.postgres.PostgresDialect;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TimeLimits;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The samples of README and of the page "Getting started". */
@ExtendWith(PostgresExtension.class)
class GettingStartedIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TestDatabase database;
    private final ReactiveSessions sessions;
    private final long from = 1;
    private final long to = 2;

    GettingStartedIT(TestDatabase database) {
        this.database = database;
        this.sessions = PostgresSessions.builder()
                .url(database.url())
                .pool(PoolOptions.defaults().acquireTimeout(PATIENCE).createTimeout(PATIENCE))
                .build();
    }

    @BeforeEach
    void createAccounts() throws SQLException {
        try (Connection oracle = database.openJdbc()) {
            oracle.createStatement().execute("DROP TABLE IF EXISTS account");
            oracle.createStatement()
                    .execute("CREATE TABLE account (id bigint PRIMARY KEY, balance bigint CHECK (balance >= 0))");
            oracle.createStatement().execute("INSERT INTO account VALUES (1, 1000), (2, 1000)");
        }
    }

    @AfterEach
    void close() {
        sessions.close().block(PATIENCE);
    }

    private long balance(long account) {
        return sessions.withTransaction(session -> session.sql("SELECT balance FROM account WHERE id = $1", account)
                        .one(row -> row.get(0, Long.class)))
                .blockOptional(PATIENCE)
                .orElseThrow();
    }

    @Test
    void theTransferMustMoveMoney() {
        // spotless:off
        // tag::transfer[]
        Mono<Long> transfer = sessions.withTransaction(session ->
            session.sql("UPDATE account SET balance = balance - $1 WHERE id = $2", 100, from).rowsUpdated()
                .then(session.sql("UPDATE account SET balance = balance + $1 WHERE id = $2", 100, to).rowsUpdated()));
        // end::transfer[]
        // spotless:on

        assertThat(transfer.block(PATIENCE)).isEqualTo(1);
        assertThat(balance(to)).isEqualTo(1_100);
    }

    @Test
    void theSessionsMustBeMadeFromAnAddress() {
        String databaseUrl = database.url();
        // spotless:off
        // tag::sessions[]
        ReactiveSessions sessions = PostgresSessions.builder()
            .url(databaseUrl)
            .maxSize(16)
            .build();
        // end::sessions[]
        // spotless:on

        assertThat(sessions.poolStatus().maxSize()).isEqualTo(16);
        sessions.close().block(PATIENCE);
    }

    @Test
    void theDriversOwnFactoryMustDo() {
        PostgresqlConnectionConfiguration configuration = PostgresqlConnectionConfiguration.builder()
                .host(database.host())
                .port(database.port())
                .database(database.database())
                .username(database.username())
                .password(database.password())
                .build();
        // spotless:off
        // tag::factory[]
        ReactiveSessions sessions = ReactiveSessions.builder(new PostgresqlConnectionFactory(configuration))
            .dialect(new PostgresDialect())
            .build();
        // end::factory[]
        // spotless:on

        sessions.close().block(PATIENCE);
        assertThat(sessions.poolStatus().allocated()).isZero();
    }

    @Test
    void optionsMustShapeTheTransaction() {
        // spotless:off
        // tag::options[]
        TransactionOptions report = TransactionOptions.defaults()
            .named("report")
            .isolation(IsolationLevel.REPEATABLE_READ)
            .readOnly();
        Mono<Long> total = sessions.withTransaction(report, session ->
            session.sql("SELECT sum(balance)::bigint FROM account").one(row -> row.get(0, Long.class)));
        // end::options[]
        // spotless:on

        assertThat(total.block(PATIENCE)).isEqualTo(2_000);
    }

    @Test
    void aStreamMustCommitWhenItCompletes() {
        // spotless:off
        // tag::stream[]
        Flux<Long> balances = sessions.withTransactionMany(session ->
            session.sql("SELECT balance FROM account ORDER BY id").all(row -> row.get("balance", Long.class)));
        // end::stream[]
        // spotless:on

        balances.as(StepVerifier::create).expectNext(1_000L, 1_000L).verifyComplete();
    }

    @Test
    void statementsMustTakeSeveralSetsOfValues() {
        sessions.withTransaction(
                        session ->
                                // spotless:off
                // tag::statements[]
                session.sql("INSERT INTO account (id, balance) VALUES ($1, $2)", 3, 0)
                    .add().bind(0, 4).bind(1, null)
                    .rowsUpdated()
                    .then(session.sql("INSERT INTO account (id, balance) VALUES ($1, $2) RETURNING id", 5, 0)
                        .one(row -> row.get("id", Long.class)))
                // end::statements[]
                // spotless:on
                        )
                .as(StepVerifier::create)
                .expectNext(5L)
                .verifyComplete();
    }

    @Test
    void theDriversConnectionMustBeWithinReach() {
        // spotless:off
        // tag::connection[]
        Mono<Long> rows = sessions.withTransaction(session -> {
            PostgresqlConnection connection = (PostgresqlConnection) session.connection();
            return connection.createStatement("DELETE FROM account WHERE balance = 0").execute()
                .concatMap(result -> result.getRowsUpdated())
                .reduce(0L, Long::sum);
        });
        // end::connection[]
        // spotless:on

        assertThat(rows.block(PATIENCE)).isZero();
    }

    @Test
    void anErrorMustRollBackAndComeAsItIs() {
        Mono<Long> transfer = sessions.withTransaction(
                session -> session.sql("UPDATE account SET balance = balance - $1 WHERE id = $2", 5_000, from)
                        .rowsUpdated());
        // spotless:off
        // tag::errors[]
        Mono<String> answer = transfer
            .map(rows -> "done")
            .onErrorResume(DatabaseUnavailableException.class, error -> Mono.just("try again later"))
            .onErrorResume(CommitOutcomeUnknownException.class, error -> Mono.just("look before you try again"))
            .onErrorReturn("refused");
        // end::errors[]
        // spotless:on

        assertThat(answer.block(PATIENCE)).isEqualTo("refused");
        assertThat(balance(from)).isEqualTo(1_000);
    }

    @Test
    void theListenerMustHearEveryEnd() {
        List<String> log = new CopyOnWriteArrayList<>();
        String databaseUrl = database.url();
        // spotless:off
        // tag::listener[]
        ReactiveSessions sessions = PostgresSessions.builder()
            .url(databaseUrl)
            .limits(new TimeLimits(Duration.ofSeconds(5), Duration.ofSeconds(30)))
            .listener((name, phase, outcome, error) -> log.add(name + ": " + outcome + " in " + phase))
            .build();
        // end::listener[]
        // spotless:on

        sessions.withTransaction(TransactionOptions.defaults().named("nothing"), session -> Mono.empty())
                .retry(3)
                .block(PATIENCE);
        sessions.close().block(PATIENCE);
        assertThat(log).contains("nothing: COMMITTED in COMMITTING");
    }

    @Test
    void aCancelMustBeAwaitable() {
        var subscription = sessions.withTransaction(
                        session -> session.sql("UPDATE account SET balance = 0 WHERE id = $1", from)
                                .rowsUpdated()
                                .then(Mono.never()))
                .subscribe();
        // spotless:off
        // tag::cancel[]
        subscription.dispose();
        sessions.quiesced().block(Duration.ofSeconds(10));
        // end::cancel[]
        // spotless:on

        assertThat(sessions.poolStatus().acquired()).isZero();
        assertThat(balance(from)).isEqualTo(1_000);
    }
}
