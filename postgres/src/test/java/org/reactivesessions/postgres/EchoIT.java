package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Mono;

/** What is sent can be read in the log, without the values. */
@ExtendWith(PostgresExtension.class)
@Timeout(60)
class EchoIT {

    private static final String LOGGER = "org.reactivesessions.sql";

    @ParameterizedTest
    @CsvSource({"true, INFO", "false, DEBUG"})
    void everyTextMustBeLoggedInTheOrderOfSending(boolean echo, String level, TestDatabase database) {
        try (ServerFixture fixture = ServerFixture.with(database, builder -> builder.echo(echo));
                LogLines log = LogLines.of(LOGGER)) {
            Mono<Integer> work = fixture.sessions()
                    .withTransaction(
                            TransactionOptions.defaults().named("transfer"),
                            session -> session.sql("SELECT $1::int", 4711)
                                    .one(row -> row.get(0, Integer.class))
                                    .flatMap(number -> session.nested(
                                            inner -> inner.sql("SELECT 2").one(row -> row.get(0, Integer.class)))));
            work.block(ServerFixture.PATIENCE);

            assertThat(log.levelledLines())
                    .containsExactly(
                            level + " transfer: BEGIN",
                            level + " transfer: SELECT $1::int",
                            level + " transfer: SAVEPOINT s1",
                            level + " transfer: SELECT 2",
                            level + " transfer: RELEASE SAVEPOINT s1",
                            level + " transfer: COMMIT");
        }
    }

    @Test
    void whatIsUndoneMustBeLoggedToo(TestDatabase database) {
        try (ServerFixture fixture = ServerFixture.on(database);
                LogLines log = LogLines.of(LOGGER)) {
            fixture.sessions()
                    .withTransaction(session -> session.sql("SELECT 1 / 0").execute())
                    .onErrorComplete()
                    .block(ServerFixture.PATIENCE);

            assertThat(log.lines()).endsWith("transaction: SELECT 1 / 0", "transaction: ROLLBACK");
        }
    }

    @Test
    void inProductionItMustBeAWarning() {
        try (LogLines log = LogLines.of(PostgresSessions.class)) {
            Map<String, String> environment =
                    Map.of("DATABASE_URL", "postgresql://app@localhost/app", "ENVIRONMENT", "production");
            build(PostgresSessions.fromEnvironment(environment));
            build(PostgresSessions.builder()
                    .url("postgresql://app@localhost/app")
                    .echo(true));
            assertThat(log.lines()).isEmpty();

            build(PostgresSessions.fromEnvironment(environment).echo(true));
            assertThat(log.lines()).singleElement().asString().startsWith("echo is on in production");
        }
    }

    private static void build(PostgresSessions.Builder builder) {
        builder.build().close().block(ServerFixture.PATIENCE);
    }
}
