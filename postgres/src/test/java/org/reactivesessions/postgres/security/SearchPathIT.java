package org.reactivesessions.postgres.security;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.health.HealthStatus;
import org.reactivesessions.postgres.CommitMarkerSchema;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.postgres.hygiene.ExpectsDrops;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.CommitVerification;
import org.reactivesessions.transaction.TransactionOptions;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A schema before the catalog in the search path, with functions, operators, types and views of the names that our own SQL uses
 * (CVE-2018-1058). Each of them raises an error, so whoever uses one is found.
 */
@SecurityRow("S10")
@ExtendWith(PostgresExtension.class)
@ExpectsDrops // a statement completes before the end of its exchange, which the driver drops if it is closed in between
class SearchPathIT {

    private static final List<String> FUNCTIONS = List.of(
            "now() RETURNS timestamptz",
            "transaction_timestamp() RETURNS timestamptz",
            "statement_timestamp() RETURNS timestamptz",
            "clock_timestamp() RETURNS timestamptz",
            "pg_is_in_recovery() RETURNS boolean",
            "current_setting(text) RETURNS text",
            "current_setting(text, boolean) RETURNS text",
            "set_config(text, text, boolean) RETURNS text",
            "current_database() RETURNS name",
            "to_regprocedure(text) RETURNS regprocedure",
            "pg_advisory_unlock_all() RETURNS void",
            "pg_current_xact_id_if_assigned() RETURNS xid8",
            "count(int) RETURNS bigint",
            "concat(text, text) RETURNS text");
    private static final List<String> VIEWS =
            List.of("pg_settings", "pg_roles", "pg_database", "pg_prepared_statements", "pg_proc");
    private static final List<String> TYPES = List.of("bool", "int4", "int8", "text", "float8", "uuid", "timestamptz");
    /**
     * Exact matches for what is compared or subtracted, so that none of the catalog's fits better. Not names: the driver compares
     * those by itself when it opens a connection, and says no schema.
     */
    private static final List<List<String>> OPERANDS = List.of(
            List.of("text", "text"),
            List.of("oid", "oid"),
            List.of("int", "int"),
            List.of("bigint", "int"),
            List.of("boolean", "boolean"),
            List.of("timestamptz", "timestamptz"));

    private static final List<String> COMPARISONS = List.of("=", "<", ">", "<>", ">=", "<=");

    private final ServerFixture plain;
    private final ServerFixture fixture;

    SearchPathIT(TestDatabase database) {
        plain = ServerFixture.on(database);
        plain.run("DROP SCHEMA IF EXISTS hostile CASCADE; DROP TABLE IF EXISTS public.item");
        plain.run("CREATE SCHEMA hostile; CREATE TABLE public.item (id int)");
        plain.run(CommitMarkerSchema.ddl());
        plain.run(planted());
        fixture = ServerFixture.with(
                database,
                settings -> settings.searchPath("hostile, pg_catalog, public").healthTimeout(ServerFixture.PATIENCE));
    }

    @AfterEach
    void close() {
        fixture.close();
        plain.close();
    }

    private static String planted() {
        String trap = " LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'trapped: %', pg_catalog.current_query(); END $$;";
        Stream<String> functions = FUNCTIONS.stream().map(one -> "CREATE FUNCTION hostile." + one + trap);
        Stream<String> views = VIEWS.stream().map(name -> "CREATE TABLE hostile." + name + " AS SELECT 1 AS setting;");
        Stream<String> operators = OPERANDS.stream().flatMap(operands -> {
            String types = operands.get(0) + ", " + operands.get(1);
            String arguments =
                    "(LEFTARG = " + operands.get(0) + ", RIGHTARG = " + operands.get(1) + ", FUNCTION = hostile.";
            return Stream.concat(
                    Stream.of(
                            "CREATE FUNCTION hostile.compare(" + types + ") RETURNS boolean" + trap,
                            "CREATE FUNCTION hostile.calculate(" + types + ") RETURNS int" + trap),
                    Stream.concat(
                            COMPARISONS.stream()
                                    .map(name -> "CREATE OPERATOR hostile." + name + " " + arguments + "compare);"),
                            Stream.of("-", "+", "||")
                                    .map(name -> "CREATE OPERATOR hostile." + name + " " + arguments + "calculate);")));
        });
        Stream<String> types = TYPES.stream()
                .map(name -> "CREATE DOMAIN hostile." + name + " AS pg_catalog." + name + " CHECK (VALUE IS NULL);");
        return Stream.of(functions, views, operators, types)
                .flatMap(each -> each)
                .collect(Collectors.joining("\n"));
    }

    /** Whatever is found there says so. */
    @Test
    void whatIsPlantedMustBeFoundByWhoDoesNotSayTheSchema() {
        for (String question : List.of(
                "SELECT now()",
                "SELECT pg_is_in_recovery()",
                "SELECT pg_catalog.now() = pg_catalog.statement_timestamp()",
                "SELECT 'a'::pg_catalog.text = 'b'::pg_catalog.text",
                "SELECT 2 - 1",
                "SELECT pg_catalog.current_setting('transaction_read_only')::bool")) {
            Throwable trapped = fixture.sessions()
                    .withSession(session -> session.sql(question).execute())
                    .materialize()
                    .mapNotNull(signal -> signal.getThrowable())
                    .block(ServerFixture.PATIENCE);
            assertThat(trapped).as(question).isNotNull();
        }
    }

    @Test
    void healthMustBeUpAndTheCapacityKnown() {
        Logger capacity = (Logger) LoggerFactory.getLogger("org.reactivesessions.postgres.CheckedCapacity");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        capacity.addAppender(lines);
        try {
            assertThat(fixture.sessions().health().block(ServerFixture.PATIENCE))
                    .satisfies(report ->
                            assertThat(report.status()).as(report.reason()).isEqualTo(HealthStatus.UP));
            assertThat(fixture.sessions().health().block(ServerFixture.PATIENCE))
                    .isNotNull();
        } finally {
            capacity.detachAppender(lines);
        }
        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .isEmpty(); // not even that it could not tell
    }

    /** With the guard a first statement travels with BEGIN; without, it waits for the answer. */
    @Test
    void theGuardMustBeSeen() {
        fixture.sessions()
                .withSession(session -> session.sql("TABLE public.item").execute())
                .block(ServerFixture.PATIENCE);
        Rule begun = fixture.proxy().hold(FrameMatch.fromServer('C').answering("^BEGIN"));
        Rule statement = fixture.proxy().watch(FrameMatch.fromClient('Q').sql("^INSERT"));
        Sinks.One<Long> end = Sinks.one();
        fixture.sessions()
                .withTransaction(session ->
                        session.sql("INSERT INTO public.item VALUES (1)").rowsUpdated())
                .subscribe(end::tryEmitValue, end::tryEmitError);
        begun.awaitHit(ServerFixture.PATIENCE);
        statement.awaitHit(ServerFixture.PATIENCE);
        begun.release();
        assertThat(end.asMono().block(ServerFixture.PATIENCE)).isEqualTo(1);
    }

    @Test
    void theTimeOfATransactionMustBeItsOwn() {
        Instant started = fixture.sessions()
                .withTransaction(session -> session.startedAt())
                .block(ServerFixture.PATIENCE);
        assertThat(Objects.requireNonNull(started).getEpochSecond())
                .isBetween(
                        plain.number("SELECT extract(epoch FROM now())::bigint") - 60,
                        plain.number("SELECT extract(epoch FROM now())::bigint") + 60);
    }

    /** Whoever waits gets the connection behind a COMMIT, if the question whether his transaction is his own says so. */
    @Test
    void readsThatAreHandedOverMustStayOnTheirConnection() {
        fixture.sessions()
                .withSession(session -> session.sql("TABLE public.item").execute())
                .block(ServerFixture.PATIENCE);
        long opened = fixture.proxy().linksOpened();
        Rule behind = fixture.proxy().watch(FrameMatch.fromClient('Q').sql("^BEGIN.*statement_timestamp"));
        Flux.range(0, 200)
                .flatMap(
                        each -> fixture.sessions()
                                .withTransaction(
                                        TransactionOptions.defaults().readOnly(),
                                        session -> session.sql("SELECT 1").one(row -> row.get(0, Integer.class))),
                        8)
                .blockLast(ServerFixture.PATIENCE);
        assertThat(behind.hits()).as("asked").isPositive();
        assertThat(fixture.proxy().linksOpened()).isEqualTo(opened);
    }

    @Test
    void aMarkerMustBeLeftAndAnOperationClaimedOnce() {
        Mono<Long> write = fixture.sessions()
                .withTransaction(
                        TransactionOptions.defaults().verification(CommitVerification.marker()),
                        session -> session.sql("INSERT INTO public.item VALUES (1)")
                                .rowsUpdated());
        assertThat(write.block(ServerFixture.PATIENCE)).isEqualTo(1);
        assertThat(plain.number("SELECT count(*) FROM reactive_sessions.commit_marker"))
                .isPositive();
        for (int time = 0; time < 2; time++) {
            fixture.sessions()
                    .once(
                            "hostile",
                            session -> session.sql("INSERT INTO public.item VALUES (2)")
                                    .rowsUpdated())
                    .block(ServerFixture.PATIENCE);
        }
        assertThat(plain.number("SELECT count(*) FROM public.item WHERE id = 2"))
                .isEqualTo(1);
        plain.run("DELETE FROM reactive_sessions.operation WHERE id = 'hostile'");
    }

    /** Its last command asks the catalog for what is left, and lets locks go. */
    @Test
    void aResetMustTakeAwayWhatIsLeft() {
        long opened = fixture.proxy().linksOpened();
        fixture.sessions()
                .withSession(session ->
                        session.sql("SELECT pg_catalog.pg_advisory_lock(4711)").execute())
                .block(ServerFixture.PATIENCE);
        fixture.sessions()
                .withSession(session -> session.sql("SET work_mem TO '8MB'").execute())
                .block(ServerFixture.PATIENCE);
        fixture.quiesce();
        assertThat(plain.number("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711"))
                .isZero();
        assertThat(fixture.sessions()
                        .withSession(session -> session.sql("SHOW work_mem").one(row -> row.get(0, String.class)))
                        .block(ServerFixture.PATIENCE))
                .isEqualTo("4MB");
        assertThat(fixture.proxy().linksOpened() - opened)
                .as("the connection was kept")
                .isLessThanOrEqualTo(1);
    }
}
