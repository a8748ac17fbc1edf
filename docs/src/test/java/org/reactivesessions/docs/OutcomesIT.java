package org.reactivesessions.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.IsolationLevel;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.Once;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.postgres.CommitMarkerSchema;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.CommitVerification;
import org.reactivesessions.transaction.TransactionOptions;
import org.reactivesessions.transaction.TransactionRetry;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The samples of the page "Outcomes". */
@ExtendWith(PostgresExtension.class)
class OutcomesIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TestDatabase database;
    private final List<String> sent = new CopyOnWriteArrayList<>();
    private ReactiveSessions sessions;

    OutcomesIT(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void open() throws SQLException {
        try (Connection oracle = database.openJdbc()) {
            oracle.createStatement().execute("DROP TABLE IF EXISTS account");
            oracle.createStatement().execute("CREATE TABLE account (id int PRIMARY KEY, balance int NOT NULL)");
            oracle.createStatement().execute("INSERT INTO account VALUES (1, 100), (2, 0)");
        }
        sessions = PostgresSessions.builder().url(database.url()).maxSize(4).build();
    }

    @AfterEach
    void close() {
        sessions.close().block(PATIENCE);
    }

    private Mono<Void> send(String message) {
        return Mono.fromRunnable(() -> sent.add(message));
    }

    @Test
    void retry() {
        // spotless:off
        // tag::retry[]
        TransactionOptions serializable = TransactionOptions.defaults()
            .named("increment")
            .isolation(IsolationLevel.SERIALIZABLE)
            .timeout(Duration.ofSeconds(5))
            .retry(TransactionRetry.defaults());
        Mono<Long> increment = sessions.withTransaction(serializable, session -> {
            session.afterCommit(() -> send("incremented")); // once, for the attempt that commits
            return session.sql("SELECT balance FROM account WHERE id = 1").one(row -> row.get(0, Integer.class))
                .flatMap(read -> session.sql("UPDATE account SET balance = $1 WHERE id = 1", read + 1).rowsUpdated());
        });
        // end::retry[]
        // spotless:on
        assertThat(Flux.range(0, 8).flatMap(i -> increment).count().block(PATIENCE))
                .isEqualTo(8);
        assertThat(sent).hasSize(8);
        assertThat(balance()).isEqualTo(108);
    }

    private @Nullable Integer balance() {
        return sessions.withSession(session ->
                        session.sql("SELECT balance FROM account WHERE id = 1").one(row -> row.get(0, Integer.class)))
                .block(PATIENCE);
    }

    @Test
    void verification() {
        // spotless:off
        // tag::install[]
        Mono<Void> installed = CommitMarkerSchema.install(sessions); // or CommitMarkerSchema.ddl() in a migration
        // end::install[]
        // tag::marker[]
        TransactionOptions verified = TransactionOptions.defaults()
            .named("debit")
            .verification(CommitVerification.marker());
        Mono<Long> debit = sessions.withTransaction(verified, session ->
            session.sql("UPDATE account SET balance = balance - 10 WHERE id = 1").rowsUpdated());
        // end::marker[]
        // spotless:on
        installed.block(PATIENCE);
        assertThat(debit.block(PATIENCE)).isEqualTo(1);
    }

    @Test
    void once() {
        CommitMarkerSchema.install(sessions).block(PATIENCE);
        String requestId = "4711";
        // spotless:off
        // tag::once[]
        Mono<Once<Long>> payment = sessions.once("payment " + requestId, session ->
            session.sql("UPDATE account SET balance = balance - 10 WHERE id = 1").rowsUpdated());
        Mono<String> answer = payment.map(done -> done.isApplied() ? "201 Created" : "200 OK");
        // end::once[]
        // spotless:on
        assertThat(answer.block(PATIENCE)).isEqualTo("201 Created");
        assertThat(answer.block(PATIENCE)).isEqualTo("200 OK");
        assertThat(balance()).isEqualTo(90);
    }
}
