package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Flux;
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
    void valuesMustBeLoggedOnlyIfThatWasAskedFor(TestDatabase database) {
        assertThat(textsOf(database, false)).noneMatch(line -> line.contains("4711"));
        assertThat(textsOf(database, true))
                .contains(
                        "transfer: values of SELECT $1::int, $2::text: $1 = 4711, $2 = null",
                        "transfer: values of SELECT $1::int: $1 = 4712")
                .anyMatch(line -> line.startsWith("transfer: values of SELECT $1::text AS password: $1 = not shown"))
                .noneMatch(line -> line.contains("hidden-value"));
    }

    private static List<String> textsOf(TestDatabase database, boolean parameters) {
        try (ServerFixture fixture = ServerFixture.with(database, builder -> builder.echoParameters(parameters));
                LogLines log = LogLines.of(LOGGER)) {
            fixture.sessions()
                    .withTransaction(
                            TransactionOptions.defaults().named("transfer"),
                            session -> session.sql("SELECT $1::int, $2::text", 4711, null)
                                    .one(row -> row.get(0, Integer.class))
                                    .then(Flux.from(session.connection()
                                                    .createStatement("SELECT $1::int")
                                                    .bind(0, 4712)
                                                    .execute())
                                            .concatMap(result -> result.map(row -> row.get(0, Integer.class)))
                                            .then())
                                    .then(session.sql("SELECT $1::text AS password", "hidden-value")
                                            .execute()))
                    .block(ServerFixture.PATIENCE);
            return log.lines();
        }
    }

    @Test
    void aPasswordInATextMustNotBeLogged(TestDatabase database) {
        try (ServerFixture fixture = ServerFixture.on(database);
                LogLines log = LogLines.of(LOGGER)) {
            fixture.sessions()
                    .withTransaction(session -> session.sql("ALTER ROLE nobody_there PASSWORD 'hidden-value'")
                            .execute())
                    .onErrorComplete()
                    .block(ServerFixture.PATIENCE);

            assertThat(log.lines())
                    .contains("transaction: ALTER ROLE nobody_there PASSWORD '***'")
                    .noneMatch(line -> line.contains("hidden-value"));
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
            build(PostgresSessions.fromEnvironment(environment).echoParameters(true));
            assertThat(log.lines()).hasSize(2).last().asString().startsWith("echoParameters is on in production");
        }
    }

    private static void build(PostgresSessions.Builder builder) {
        builder.build().close().block(ServerFixture.PATIENCE);
    }
}
