package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Result;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.Session;
import org.reactivesessions.pool.ResetPolicy;
import org.reactivesessions.postgres.hygiene.ExpectsDrops;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.RoundTrips;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What a reset costs, what it goes back to, and what it leaves alone. The rows of the fault matrix have what it takes away. */
@ExtendWith(PostgresExtension.class)
@ExpectsDrops // a statement completes before the end of its exchange, which the driver drops if it is closed in between
class SessionResetIT {

    private static final FrameMatch RESET = FrameMatch.fromClient('Q').sql("^RESET SESSION AUTHORIZATION");
    private static final String SET = "SET work_mem = '8MB'";
    private static final String INSERT = "INSERT INTO item VALUES ($1)";

    private final TestDatabase database;
    private ServerFixture fixture;

    SessionResetIT(TestDatabase database) {
        this.database = database;
        this.fixture = ServerFixture.on(database);
        fixture.run("DROP TABLE IF EXISTS item");
        fixture.run("CREATE TABLE item (id int)");
    }

    @AfterEach
    void leaveNothingBehind() {
        fixture.close();
    }

    private void with(UnaryOperator<PostgresSessions.Builder> settings) {
        fixture.close();
        fixture = ServerFixture.with(database, settings);
    }

    private void transaction(Function<Session, Mono<?>> work) {
        fixture.sessions().withTransaction(work::apply).block(ServerFixture.PATIENCE);
    }

    private void transaction(String sql) {
        transaction(session -> session.sql(sql).execute());
    }

    private String read(String sql) {
        return Objects.requireNonNull(fixture.sessions()
                .withSession(session -> session.sql(sql).one(row -> row.get(0, String.class)))
                .block(ServerFixture.PATIENCE));
    }

    private String backend() {
        return read("SELECT pg_backend_pid()::text");
    }

    private RoundTrips.Traffic traffic(Runnable scope) {
        scope.run();
        try (RoundTrips count = fixture.proxy().countRoundTrips()) {
            scope.run();
            return count.perLink().get(0);
        }
    }

    private static Mono<Void> run(Connection connection, String sql) {
        return Flux.from(connection.createStatement(sql).execute())
                .concatMap(Result::getRowsUpdated)
                .then();
    }

    private void lent(String sql) {
        Mono.usingWhen(
                        Mono.<Connection>from(
                                fixture.sessions().connectionFactory().create()),
                        connection -> run(connection, sql),
                        Connection::close)
                .block(ServerFixture.PATIENCE);
    }

    // ---------------------------------------------------------------- what it costs

    @Test
    void whoLeavesNothingMustNotSendOneMessageMore() {
        Runnable clean = () -> transaction(session -> session.sql(INSERT, 1)
                .rowsUpdated()
                .then(session.sql("SELECT count(*) FROM item").one(row -> row.get(0, Long.class))));
        RoundTrips.Traffic reset = traffic(clean);
        with(settings -> settings.reset(ResetPolicy.TRANSACTION_ONLY));
        RoundTrips.Traffic never = traffic(clean);

        assertThat(reset.flights()).isEqualTo(2 + 1).isEqualTo(never.flights());
        assertThat(reset.clientFrames()).isEqualTo(never.clientFrames());
    }

    @Test
    void whoLeavesSomethingMustPayOneRoundTrip() {
        Rule resets = fixture.proxy().watch(RESET);

        assertThat(traffic(() -> transaction(SET)).flights()).isEqualTo(2 + 1 + 1);
        assertThat(resets.hits()).isEqualTo(2);
    }

    /** The reset is sent in the place of what puts the guard up. */
    @Test
    void aLibraryMustNotPayMoreThanWithout() {
        Rule raised = fixture.proxy().watch(FrameMatch.fromClient('Q').sql("^RESET default_transaction_read_only$"));

        assertThat(traffic(() -> lent("INSERT INTO item VALUES (1)")).flights()).isEqualTo(1 + 1);
        assertThat(raised.hits()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"INSERT INTO item VALUES (1)", "SET LOCAL work_mem = '8MB'"})
    void aLibraryMustBeTakenForDirtyWhateverItSends(String sql) {
        Rule resets = fixture.proxy().watch(RESET);
        lent(sql);

        assertThat(resets.hits()).isEqualTo(1);
    }

    // ---------------------------------------------------------------- what it goes back to

    @Test
    void theGuardMustBeUpAndNobodyMustLookForIt() {
        String before = backend();
        transaction("SELECT set_config('default_transaction_read_only', 'off', false)");
        Rule look = fixture.proxy().watch(FrameMatch.fromClient('Q').sql("SHOW default_transaction_read_only$"));
        fixture.sessions()
                .withSession(
                        session -> session.sql("INSERT INTO item VALUES (1)").execute())
                .as(StepVerifier::create)
                .expectError()
                .verify(ServerFixture.PATIENCE);

        assertThat(traffic(() -> transaction("INSERT INTO item VALUES (1)")).flights())
                .isEqualTo(1 + 1);
        assertThat(look.hits()).isZero();
        assertThat(backend()).isEqualTo(before);
    }

    @Test
    void whatTheConnectionWasOpenedWithMustStay() {
        with(settings -> settings.applicationName("kept")
                .searchPath("pg_catalog, public")
                .statementTimeout(Duration.ofMillis(54_321)));
        String before = backend();
        transaction("SET application_name = 'mine'; SET search_path = hostile; SET statement_timeout = 99999");

        assertThat(read("SELECT concat_ws(' ', current_setting('application_name'), current_setting('search_path'),"
                        + " current_setting('statement_timeout'), current_setting('client_encoding'),"
                        + " current_setting('default_transaction_read_only'))"))
                .isEqualTo("kept pg_catalog, public 54321ms UTF8 on");
        assertThat(backend()).isEqualTo(before);
    }

    /** A reset takes it away, so it is done again. */
    @Test
    void whatWasDoneOnConnectMustBeThereAgain() {
        with(settings -> settings.initSql("SET work_mem = '3MB'", "LISTEN basis"));
        String before = backend();
        transaction(SET);

        assertThat(read("SELECT current_setting('work_mem') || (SELECT string_agg(c, ',') FROM"
                        + " pg_listening_channels() AS c)"))
                .isEqualTo("3MBbasis");
        assertThat(backend()).isEqualTo(before);
    }

    @Test
    void whatCannotBeDoneAgainMustCostTheConnection() {
        with(settings -> settings.initSql("SET work_mem = '3MB'"));
        String before = backend();
        Rule broken = fixture.proxy().replace(FrameMatch.fromClient('Q').sql("^SET work_mem = '3MB'"), "SET nonsense");
        transaction(SET);
        broken.remove();

        assertThat(read("SHOW work_mem")).isEqualTo("3MB");
        assertThat(backend()).isNotEqualTo(before);
    }

    // ---------------------------------------------------------------- what it leaves alone

    /** r2dbc-postgresql believes that what it has prepared is there, and finds out in the middle of a transaction. */
    @Test
    void whatTheDriverHasPreparedMustStay() {
        String before = backend();
        Runnable prepared = () -> transaction(session -> session.sql(INSERT, 1).rowsUpdated());
        prepared.run();
        prepared.run();
        transaction(SET);
        Rule parsed = fixture.proxy().watch(FrameMatch.fromClient('P').sql("^INSERT"));
        prepared.run();

        assertThat(parsed.hits()).isZero();
        assertThat(backend()).isEqualTo(before);
    }

    @Test
    void whoeverTakesThatAwayMustCostTheConnection() {
        for (String sql : new String[] {"DISCARD ALL", "DEALLOCATE ALL"}) {
            String before = backend();
            transaction(session -> session.sql(INSERT, 1).rowsUpdated());
            fixture.sessions()
                    .withSession(session -> session.sql(sql).execute())
                    .block(ServerFixture.PATIENCE);
            transaction(session -> session.sql(INSERT, 1).rowsUpdated());

            assertThat(backend()).as(sql).isNotEqualTo(before);
        }
    }

    /** It is prepared by SQL, and the names are not known. */
    @Test
    void aStatementThatWasPreparedBySqlMustCostTheConnection() {
        String before = backend();
        transaction("PREPARE mine AS SELECT 1");

        assertThat(backend()).isNotEqualTo(before);
    }

    /** Most statements that move a sequence do not say so; a reset for each of them would be a high price for a number. */
    @Test
    void whatASequenceSaidLastMustBeGoneAfterAReset() {
        fixture.run("DROP SEQUENCE IF EXISTS number");
        fixture.run("CREATE SEQUENCE number");
        transaction("SELECT nextval('number')");
        assertThat(read("SELECT currval('number')::text")).isEqualTo("1");
        transaction(SET);

        fixture.sessions()
                .withSession(session -> session.sql("SELECT currval('number')").execute())
                .as(StepVerifier::create)
                .expectError(R2dbcException.class)
                .verify(ServerFixture.PATIENCE);
    }

    // ---------------------------------------------------------------- security

    /** S12: the next tenant must have neither the role nor the settings of the one before, whoever has set them, and how. */
    @Test
    void securityS12TheRoleOfATenantMustNotBeHandedOn() {
        fixture.run("DO $$ BEGIN CREATE ROLE tenant_one; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
        String whoAmI = "SELECT concat_ws(' ', session_user, current_user, nullif(current_setting('app.tenant', true),"
                + " ''), current_setting('search_path'))";
        String clean = read(whoAmI);
        String one = "SELECT set_config('app.tenant', 'one', false); SET search_path = one; SET ";
        for (String become : new String[] {"ROLE tenant_one", "SESSION AUTHORIZATION tenant_one"}) {
            transaction(one + become);
            assertThat(read(whoAmI)).as(become).isEqualTo(clean);
            lent(one + become);
            assertThat(read(whoAmI)).as("a library's " + become).isEqualTo(clean);
        }
    }

    // ---------------------------------------------------------------- behind a pooler

    @Test
    void behindAPoolerNothingMustBeReset() {
        with(settings -> settings.pgBouncer());
        Rule resets = fixture.proxy().watch(RESET);
        String before = backend();
        transaction("SET LOCAL work_mem = '8MB'");
        lent("INSERT INTO item VALUES (1)");

        assertThat(resets.hits()).isZero();
        assertThat(backend()).isEqualTo(before);
    }

    @Test
    void behindAPoolerAResetMustNotBeAskedFor() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PostgresSessions.builder()
                        .url(database.r2dbcUrl(database.host(), database.port()))
                        .pgBouncer()
                        .reset(ResetPolicy.ALWAYS)
                        .build())
                .withMessageContaining(
                        "pgBouncer() cannot go together with reset(ALWAYS): what is left stays on a server"
                                + " connection that others get next; leave it out");
    }
}
