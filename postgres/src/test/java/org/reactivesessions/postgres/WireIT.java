package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.IsolationLevel;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.RoundTrips;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What is on the wire, exactly. */
@ExtendWith(PostgresExtension.class)
@TestInstance(Lifecycle.PER_CLASS)
class WireIT {

    private final ServerFixture fixture;
    private final TestDatabase database;

    WireIT(TestDatabase database) {
        this.database = database;
        fixture = ServerFixture.on(database);
    }

    @BeforeAll
    void createTable() {
        fixture.run("CREATE TABLE item (id int)");
        fixture.sessions()
                .withTransaction(session -> session.sql("SELECT 1").execute())
                .block(ServerFixture.PATIENCE);
    }

    @AfterAll
    void leaveNothingBehind() {
        fixture.close();
    }

    /** Those of the pool's one connection, which was opened first; health is asked on another one. */
    private static long flights(RoundTrips count) {
        return count.perLink().get(0).flights();
    }

    private void beginMustBe(String text, TransactionOptions options) {
        Rule begin = fixture.proxy().watch(FrameMatch.fromClient('Q').sql("^" + text + "$"));
        fixture.sessions()
                .withTransaction(options, session -> session.sql("SELECT 1").execute())
                .as(StepVerifier::create)
                .verifyComplete();
        assertThat(begin.hits()).as(text).isEqualTo(1);
        begin.remove();
    }

    @Test
    void beginMustSpellEverythingOut() {
        TransactionOptions options = TransactionOptions.defaults();
        beginMustBe("BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE, NOT DEFERRABLE", options);
        beginMustBe(
                "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY, NOT DEFERRABLE",
                options.isolation(IsolationLevel.REPEATABLE_READ).readOnly());
        beginMustBe(
                "BEGIN ISOLATION LEVEL SERIALIZABLE, READ ONLY, DEFERRABLE",
                options.isolation(IsolationLevel.SERIALIZABLE).readOnly().deferrable());
    }

    @Test
    void beginMustSpellTheDefaultOfTheRoleAlsoAfterOtherLevels() {
        fixture.run(
                "ALTER DATABASE \"" + database.database() + "\" SET default_transaction_isolation = 'serializable'");
        try (ServerFixture other = ServerFixture.on(database)) {
            String begin = "^BEGIN ISOLATION LEVEL SERIALIZABLE, READ WRITE";
            Rule serializable = other.proxy().watch(FrameMatch.fromClient('Q').sql(begin));
            Mono<String> level = other.sessions()
                    .withTransaction(
                            session -> session.sql("SHOW transaction_isolation").one(row -> row.get(0, String.class)));
            assertThat(level.block(ServerFixture.PATIENCE)).isEqualTo("serializable");
            other.sessions()
                    .withTransaction(
                            TransactionOptions.defaults().isolation(IsolationLevel.READ_COMMITTED),
                            session -> Mono.error(new IllegalStateException("rolls back")))
                    .onErrorComplete()
                    .block(ServerFixture.PATIENCE);
            assertThat(level.block(ServerFixture.PATIENCE)).isEqualTo("serializable");
            assertThat(serializable.hits()).isEqualTo(2);
        } finally {
            fixture.run("ALTER DATABASE \"" + database.database() + "\" RESET default_transaction_isolation");
        }
    }

    @Test
    void aReadOnlyTransactionMustRefuseWrites() {
        fixture.sessions()
                .withTransaction(
                        TransactionOptions.defaults().readOnly(),
                        session -> session.sql("INSERT INTO item VALUES (1)").rowsUpdated())
                .as(StepVerifier::create)
                .verifyErrorMessage("cannot execute INSERT in a read-only transaction");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "COMMIT",
                "commit and chain",
                "/* hidden */ ROLLBACK",
                "SELECT 1; COMMIT; BEGIN",
                "SAVEPOINT a",
                "SET TRANSACTION READ WRITE",
                "set local transaction_read_only = off",
                "END",
                "ABORT",
                "PREPARE TRANSACTION 'x'",
                "RELEASE a"
            })
    void transactionControlMustNotReachTheWire(String sql) {
        Rule sent = fixture.proxy().watch(FrameMatch.fromClient('Q', 'P').sql("^" + Pattern.quote(sql) + "$"));
        fixture.sessions()
                .withTransaction(session ->
                        Mono.from(session.connection().createStatement(sql).execute()))
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(UnsupportedOperationException.class)
                        .hasMessageContaining("nothing was sent"));
        fixture.sessions()
                .withTransaction(session -> session.sql(sql).execute())
                .as(StepVerifier::create)
                .verifyError(UnsupportedOperationException.class);
        fixture.sessions()
                .withTransaction(session ->
                        Mono.from(session.connection().createBatch().add(sql).execute()))
                .as(StepVerifier::create)
                .verifyError(UnsupportedOperationException.class);
        assertThat(sent.hits()).isZero();
        sent.remove();
    }

    /** COMMIT costs a round trip and every exchange one; the first travels behind BEGIN. */
    @Test
    void aTransactionMustCostItsExchangesAndOne() {
        try (RoundTrips count = fixture.proxy().countRoundTrips()) {
            fixture.sessions()
                    .withTransaction(session -> session.sql("INSERT INTO item VALUES ($1)", 1)
                            .rowsUpdated()
                            .then(session.sql("INSERT INTO item VALUES ($1)", 2)
                                    .add()
                                    .bind(0, 3)
                                    .rowsUpdated()))
                    .block(ServerFixture.PATIENCE);
            // Preparing a text for the first time on a connection is part of its first exchange.
            assertThat(flights(count)).isEqualTo(3 + 1);
        }
    }

    @Test
    void optionsMustCostNothing() {
        try (RoundTrips count = fixture.proxy().countRoundTrips()) {
            fixture.sessions()
                    .withTransaction(
                            TransactionOptions.defaults()
                                    .isolation(IsolationLevel.SERIALIZABLE)
                                    .readOnly()
                                    .deferrable(),
                            session -> session.sql("SELECT 1").one(row -> row.get(0, Integer.class)))
                    .block(ServerFixture.PATIENCE);
            assertThat(flights(count)).isEqualTo(1 + 1);
        }
    }
}
