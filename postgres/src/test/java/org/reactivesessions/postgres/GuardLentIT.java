package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Result;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.error.WriteOutsideTransactionException;
import org.reactivesessions.postgres.hygiene.ExpectsDrops;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.RoundTrips;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.r2dbc.connection.init.ResourceDatabasePopulator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/**
 * Libraries that begin their own transactions, or none: the guard is down as long as they have a connection. Here no connection
 * is reset, which would put it up as well.
 */
@ExtendWith(PostgresExtension.class)
@ExpectsDrops // the driver drops what it has buffered when it is closed with a command unanswered
class GuardLentIT {

    private static final FrameMatch LOWER = FrameMatch.fromClient('Q').sql("^SET default_transaction_read_only = off$");
    private static final FrameMatch RAISE = FrameMatch.fromClient('Q').sql("^RESET default_transaction_read_only$");
    private static final String INSERT = "INSERT INTO item VALUES (1)";

    private final ServerFixture fixture;
    private final ConnectionFactory connections;

    GuardLentIT(TestDatabase database) {
        this.fixture = ServerFixture.withoutReset(database);
        this.connections = fixture.sessions().connectionFactory();
    }

    @BeforeEach
    void createTable() {
        System.setProperty("org.jooq.no-logo", "true");
        System.setProperty("org.jooq.no-tips", "true");
        fixture.run("DROP TABLE IF EXISTS item, made");
        fixture.run("CREATE TABLE item (id int)");
        backend();
    }

    @AfterEach
    void leaveNothingBehind() {
        fixture.close();
    }

    private int backend() {
        return fixture.sessions()
                .withSession(session -> session.sql("SELECT pg_backend_pid()").one(row -> row.get(0, Integer.class)))
                .blockOptional(ServerFixture.PATIENCE)
                .orElseThrow();
    }

    private long rows() {
        return fixture.number("SELECT count(*) FROM item");
    }

    private void guardMustBeUp() {
        fixture.sessions()
                .withSession(session -> session.sql(INSERT).execute())
                .as(StepVerifier::create)
                .expectError(WriteOutsideTransactionException.class)
                .verify(ServerFixture.PATIENCE);
    }

    private static Mono<Void> run(Connection connection, String sql) {
        return Flux.from(connection.createStatement(sql).execute())
                .flatMap(Result::getRowsUpdated)
                .then();
    }

    private Mono<Void> lent(Function<Connection, Mono<Void>> work) {
        return Mono.usingWhen(Mono.<Connection>from(connections.create()), work, Connection::close);
    }

    @Test
    void whatCommitsByItselfMustBeWritten() {
        lent(connection -> run(connection, INSERT)).block(ServerFixture.PATIENCE);

        assertThat(rows()).isEqualTo(1);
        guardMustBeUp();
    }

    @Test
    void anIndexMustBeCreatedConcurrently() {
        lent(connection -> run(connection, "CREATE INDEX CONCURRENTLY i ON item (id)"))
                .block(ServerFixture.PATIENCE);

        assertThat(fixture.number("SELECT count(*) FROM pg_indexes WHERE tablename = 'item'"))
                .isEqualTo(1);
        guardMustBeUp();
    }

    @Test
    void aTransactionOfTheirOwnMustWrite() {
        lent(connection -> Mono.fromDirect(connection.beginTransaction())
                        .then(run(connection, INSERT))
                        .then(Mono.fromDirect(connection.commitTransaction())))
                .block(ServerFixture.PATIENCE);

        assertThat(rows()).isEqualTo(1);
        guardMustBeUp();
    }

    @Test
    void withoutAutoCommitTheyMustWrite() {
        lent(connection -> Mono.fromDirect(connection.setAutoCommit(false))
                        .then(run(connection, INSERT))
                        .then(Mono.fromDirect(connection.commitTransaction())))
                .block(ServerFixture.PATIENCE);

        assertThat(rows()).isEqualTo(1);
        guardMustBeUp();
    }

    @Test
    void jooqMustWrite() {
        Mono.from(DSL.using(connections, SQLDialect.POSTGRES).query(INSERT)).block(ServerFixture.PATIENCE);

        assertThat(rows()).isEqualTo(1);
        guardMustBeUp();
    }

    /** What Spring Boot runs as schema.sql. */
    @Test
    void aScriptOfSpringMustMakeTheSchema() {
        String script = "CREATE TABLE made (id int);\nINSERT INTO made VALUES (1);\nCREATE INDEX i2 ON made (id);";
        new ResourceDatabasePopulator(new ByteArrayResource(script.getBytes(StandardCharsets.UTF_8)))
                .populate(connections)
                .block(ServerFixture.PATIENCE);

        assertThat(fixture.number("SELECT count(*) FROM made")).isEqualTo(1);
        guardMustBeUp();
    }

    @Test
    void aTransactionThatIsLeftOpenMustBeRolledBack() {
        lent(connection -> Mono.fromDirect(connection.beginTransaction()).then(run(connection, INSERT)))
                .block(ServerFixture.PATIENCE);

        assertThat(rows()).isZero();
        guardMustBeUp();
    }

    /** Nobody knows any more whether the guard is up; they write all the same. */
    @Test
    void afterAChangeOfSettingsTheyMustWrite() {
        fixture.sessions()
                .withTransaction(session -> session.sql("SET work_mem = '1MB'").execute())
                .block(ServerFixture.PATIENCE);
        lent(connection -> run(connection, INSERT)).block(ServerFixture.PATIENCE);

        assertThat(rows()).isEqualTo(1);
        guardMustBeUp();
    }

    /** They may change what they like; the next BEGIN looks. */
    @Test
    void whatTheyTakeDownMustBeUpAfterwards() {
        int before = backend();
        lent(connection -> run(connection, "SELECT set_config('default_transaction_read_only', 'off', false)"))
                .block(ServerFixture.PATIENCE);
        Rule look = fixture.proxy().watch(FrameMatch.fromClient('Q').sql("SHOW default_transaction_read_only$"));
        guardMustBeUp();
        fixture.sessions()
                .withTransaction(session -> session.sql(INSERT).execute())
                .block(ServerFixture.PATIENCE);

        assertThat(look.hits()).isEqualTo(1);
        assertThat(backend()).isEqualTo(before);
    }

    /** It goes with their first statement, and comes with a round trip of its own at the end. */
    @Test
    void takingItDownMustCostNoRoundTrip() {
        try (RoundTrips count = fixture.proxy().countRoundTrips()) {
            lent(connection -> run(connection, INSERT)).block(ServerFixture.PATIENCE);
            assertThat(count.perLink().get(0).flights()).isEqualTo(1 + 1);
        }
    }

    @Test
    void aConnectionWhoseGuardIsNotRaisedMustBeDestroyed() {
        int before = backend();
        Rule broken = fixture.proxy().replace(RAISE, "RESET nonsense");
        lent(connection -> run(connection, INSERT)).onErrorComplete().block(ServerFixture.PATIENCE);
        fixture.quiesce();

        assertThat(broken.hits()).isEqualTo(1);
        assertThat(backend()).isNotEqualTo(before);
        guardMustBeUp();
    }

    /** Their BEGIN is on the wire, so the connection must not go to anybody else. */
    @Test
    void aConnectionWhoseGuardIsNotLoweredMustBeDestroyedWithWhatIsBehind() {
        int before = backend();
        Rule broken = fixture.proxy().replace(LOWER.nth(1), "SET nonsense TO");
        Rule answer = fixture.proxy().hold(FrameMatch.fromServer('E').answering("nonsense"));
        Rule begin = fixture.proxy().watch(FrameMatch.fromClient('Q').sql("^BEGIN"));
        List<Throwable> heard = new CopyOnWriteArrayList<>();
        StepVerifier.create(lent(connection -> Mono.fromDirect(connection.beginTransaction())
                        .doOnError(heard::add)
                        .then(run(connection, INSERT))
                        .then(Mono.fromDirect(connection.commitTransaction()))))
                .then(() -> {
                    begin.awaitHit(ServerFixture.PATIENCE);
                    answer.awaitHit(ServerFixture.PATIENCE).remove();
                })
                .expectError(R2dbcException.class)
                .verify(ServerFixture.PATIENCE);
        fixture.quiesce();

        assertThat(broken.hits()).isEqualTo(1);
        assertThat(heard).hasSize(1);
        assertThat(rows()).isZero();
        assertThat(backend()).isNotEqualTo(before);
        guardMustBeUp();
    }
}
