package org.reactivesessions.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.R2dbcException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The samples of the page "Options of a transaction". */
@ExtendWith(PostgresExtension.class)
class TransactionsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TestDatabase database;
    private final ReactiveSessions sessions;

    TransactionsIT(TestDatabase database) {
        this.database = database;
        this.sessions = PostgresSessions.builder()
                .url(database.url())
                .pool(PoolOptions.defaults().maxSize(1).acquireTimeout(PATIENCE).createTimeout(PATIENCE))
                .build();
    }

    @BeforeEach
    void createTable() throws SQLException {
        try (Connection oracle = database.openJdbc()) {
            oracle.createStatement().execute("DROP TABLE IF EXISTS orders");
            oracle.createStatement().execute("CREATE TABLE orders (tenant uuid, id bigint)");
        }
    }

    @AfterEach
    void close() {
        sessions.close().block(PATIENCE);
    }

    @Test
    void aLimitMustEndWhatTakesTooLong() {
        // spotless:off
        // tag::limits[]
        TransactionOptions report = TransactionOptions.defaults()
            .named("report")
            .statementTimeout(Duration.ofMillis(200))
            .lockTimeout(Duration.ofMillis(50));
        Mono<Long> slow = sessions.withTransaction(report, session ->
            session.sql("SELECT count(*) FROM orders, pg_sleep(30)").one(row -> row.get(0, Long.class)));
        // end::limits[]
        // spotless:on

        slow.as(StepVerifier::create)
                .expectErrorSatisfies(error ->
                        assertThat(((R2dbcException) error).getSqlState()).isEqualTo("57014"))
                .verify(PATIENCE);
    }

    @Test
    void aTenantMustSeeItsRowsAndNobodyElseAny() throws SQLException {
        UUID tenant = UUID.randomUUID();
        try (Connection oracle = database.openJdbc()) {
            oracle.createStatement().execute("INSERT INTO orders VALUES ('" + tenant + "', 1), (gen_random_uuid(), 2)");
        }
        String visible =
                "SELECT count(*) FROM orders" + " WHERE tenant = nullif(current_setting('app.tenant', true), '')::uuid";
        // spotless:off
        // tag::tenant[]
        TransactionOptions forTenant = TransactionOptions.defaults()
            .setting("app.tenant", tenant.toString());
        Mono<Long> orders = sessions.withTransaction(forTenant, session ->
            session.sql(visible).one(row -> row.get(0, Long.class)));
        // end::tenant[]
        // spotless:on

        assertThat(orders.block(PATIENCE)).isEqualTo(1);
        assertThat(sessions.withTransaction(session -> session.sql(visible).one(row -> row.get(0, Long.class)))
                        .block(PATIENCE))
                .isZero();
    }
}
