package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Option;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.TransactionDefinition;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.dialect.TransactionAttributes;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The last resort against a transaction that nobody ends, which servers have since 17. */
@ExtendWith(PostgresExtension.class)
class TransactionTimeoutIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final PostgresqlConnection connection;
    private final boolean available;

    TransactionTimeoutIT(TestDatabase database) {
        connection = Objects.requireNonNull(new PostgresqlConnectionFactory(PostgresqlConnectionConfiguration.builder()
                        .host(database.host())
                        .port(database.port())
                        .database(database.database())
                        .username(database.username())
                        .password(database.password())
                        .build())
                .create()
                .block(PATIENCE));
        available = BeginMessage.majorVersion(connection.getMetadata().getDatabaseVersion()) >= 17;
    }

    @AfterEach
    void close() {
        connection.close().onErrorComplete().block(PATIENCE); // the server may have closed it
    }

    private record Limited(Duration limit) implements TransactionDefinition {

        @Override
        public <T> @Nullable T getAttribute(Option<T> option) {
            return option.equals(TransactionAttributes.TRANSACTION_TIMEOUT) ? option.cast(limit) : null;
        }
    }

    private Mono<Void> begin(Duration limit) {
        return Mono.fromDirect(new PostgresDialect().begin(connection, new Limited(limit)));
    }

    private Mono<String> text(String sql) {
        return connection
                .createStatement(sql)
                .execute()
                .concatMap(result -> result.map(row -> Objects.requireNonNull(row.get(0, String.class))))
                .last(); // not the next one, because the driver drops what a cancel leaves
    }

    private Mono<Void> run(String sql) {
        return connection
                .createStatement(sql)
                .execute()
                .concatMap(Result::getRowsUpdated)
                .then();
    }

    @Test
    void itMustBeSetWhereTheServerHasItAndLeftOutElsewhere() {
        begin(Duration.ofSeconds(7))
                .then(text("SELECT coalesce(current_setting('transaction_timeout', true), 'none')"))
                .as(StepVerifier::create)
                .expectNext(available ? "10s" : "none")
                .expectComplete()
                .verify(PATIENCE);
    }

    /** SET LOCAL alone cannot shorten a limit that BEGIN has armed. */
    @Test
    void itMustReplaceALongerOneThatIsArmed() {
        if (!available) {
            begin(Duration.ofMillis(100)).block(PATIENCE);
            assertThat(connection.isAutoCommit()).isFalse();
            return;
        }
        run("SET transaction_timeout = '1h'")
                .then(begin(Duration.ofMillis(100)))
                .then(text("SELECT pg_sleep(30)::text"))
                .as(StepVerifier::create)
                .expectErrorSatisfies(error ->
                        assertThat(((R2dbcException) error).getSqlState()).isEqualTo("25P04"))
                .verify(PATIENCE);
    }
}
