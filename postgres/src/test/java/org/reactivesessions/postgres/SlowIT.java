package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.Session;
import org.reactivesessions.observation.LogOptions;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Who is slow is named with the texts he has sent, and never with what was bound to them. */
@ExtendWith(PostgresExtension.class)
@Timeout(60)
class SlowIT {

    private static final Duration SHORT = Duration.ofMillis(50);

    private static List<String> slow(
            TestDatabase database, UnaryOperator<LogOptions> change, Function<Session, Mono<?>> work) {
        LogOptions options =
                change.apply(LogOptions.defaults().slowTransaction(SHORT).slowStatement(SHORT));
        try (ServerFixture fixture = ServerFixture.with(database, builder -> builder.logs(options));
                LogLines log = LogLines.of("org.reactivesessions.slow")) {
            fixture.sessions()
                    .withTransaction(
                            TransactionOptions.defaults().named("report"),
                            session -> work.apply(session).then())
                    .block(ServerFixture.PATIENCE);
            return log.levelledLines();
        }
    }

    private static Mono<?> work(Session session) {
        return session.sql("SELECT pg_sleep($1)", 0.06)
                .execute()
                .then(session.sql("SELECT 4711").execute());
    }

    @Test
    void aSlowStatementAndItsTransactionMustBeNamed(TestDatabase database) {
        assertThat(slow(database, options -> options, SlowIT::work))
                .hasSizeGreaterThanOrEqualTo(2)
                .allSatisfy(line -> assertThat(line).doesNotContain("0.06"))
                .anySatisfy(line -> assertThat(line)
                        .matches("WARN report: slow statement, took \\d+ ms: SELECT pg_sleep\\(\\$1\\)"))
                .last()
                .asString()
                .startsWith("WARN report: slow transaction, took ")
                .contains("COMMITTED; 2 statements; the slowest took ")
                .contains(" ms: SELECT pg_sleep($1); the last took ")
                .endsWith(" ms: SELECT 4711");
    }

    @Test
    void aStatementOfTheDriversInterfacesMustBeTimedUntilItsResultIsRead(TestDatabase database) {
        assertThat(slow(
                        database,
                        LogOptions::noSlowTransactions,
                        session -> Flux.from(session.connection()
                                        .createStatement("SELECT pg_sleep($1)")
                                        .bind(0, 0.06)
                                        .execute())
                                .concatMap(result -> result.map(row -> 1))
                                .thenMany(Flux.from(session.connection()
                                                .createStatement("SELECT pg_sleep(0.07)")
                                                .execute())
                                        .concatMap(result -> result.map(row -> 1)))
                                .then()))
                .anySatisfy(line -> assertThat(line).endsWith(" ms: SELECT pg_sleep($1)"))
                .anySatisfy(line -> assertThat(line).endsWith(" ms: SELECT pg_sleep(0.07)"));
    }

    @Test
    void whoIsSwitchedOffMustNotBeNamed(TestDatabase database) {
        assertThat(slow(database, options -> options.noSlowStatements().noSlowTransactions(), SlowIT::work))
                .isEmpty();
    }
}
