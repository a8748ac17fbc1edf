package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.R2dbcException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.postgres.hygiene.ExpectsDrops;
import org.reactivesessions.postgres.mutant.ImaginaryGuard;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/**
 * BEGIN that the server answers with an error, with a statement behind it in the same flight: no write is durable, no row,
 * count or completion is delivered, and everybody hears BEGIN's error.
 */
@Tag("patient")
@ExtendWith(PostgresExtension.class)
@ExpectsDrops // the driver drops what it has buffered when it is closed with a command unanswered
@Timeout(60)
class BeginFailsIT {

    private static final FrameMatch BEGIN = FrameMatch.fromClient('Q').sql("^BEGIN");
    private static final String SLEEP = "SELECT pg_sleep(600)";

    /** How it is made to fail; whether a failed transaction is open afterwards decides what becomes of the connection. */
    private enum Failure {
        SYNTAX("42601", "BEGIN ISOLATION LEVEL NONSENSE"),
        SETTING("22023", ""),
        LATE_CANCEL("57014", SLEEP + "; BEGIN"),
        LATE_CANCEL_INSIDE("57014", "BEGIN; " + SLEEP);

        private final String state;
        private final String text;

        Failure(String state, String text) {
            this.state = state;
            this.text = text;
        }

        boolean leavesATransaction() {
            return this == SETTING || this == LATE_CANCEL_INSIDE;
        }

        private boolean isCancel() {
            return state.equals("57014");
        }

        TransactionOptions options() {
            TransactionOptions ofTenant = TransactionOptions.defaults().setting(Behind.TENANT, "a");
            return this == SETTING ? ofTenant.setting("work_mem", "nonsense") : ofTenant;
        }
    }

    private final TestDatabase database;
    private final ServerFixture fixture;
    private final List<Object> seen = new CopyOnWriteArrayList<>();

    BeginFailsIT(TestDatabase database) {
        this.database = database;
        this.fixture = ServerFixture.on(database);
    }

    @BeforeEach
    void createTables() {
        fixture.run("DROP TABLE IF EXISTS item, secret");
        Behind.tables().forEach(fixture::run);
        seen.clear();
    }

    @AfterEach
    void leaveNothingBehind() {
        fixture.close();
    }

    static Stream<Arguments> everything() {
        return Stream.of(Failure.values())
                .flatMap(failure ->
                        Stream.concat(Behind.writes(), Behind.reads()).map(behind -> Arguments.of(failure, behind)));
    }

    private int backend() {
        return fixture.sessions()
                .withTransaction(
                        session -> session.sql("SELECT pg_backend_pid()").one(row -> row.get(0, Integer.class)))
                .blockOptional(ServerFixture.PATIENCE)
                .orElseThrow();
    }

    /** Runs it with BEGIN's answer held until what is behind is on the wire. */
    private void failing(Failure failure, Flux<?> transaction) {
        Rule replaced = failure.text.isEmpty() ? null : fixture.proxy().replace(BEGIN, failure.text);
        Rule answer = fixture.proxy().hold(FrameMatch.fromServer('E').answering("BEGIN"));
        Rule behind = fixture.proxy().watch(FrameMatch.fromClient('Q', 'B').sql(Behind.SQL));
        StepVerifier.create(transaction)
                .then(() -> {
                    behind.awaitHit(ServerFixture.PATIENCE);
                    if (failure.isCancel()) {
                        cancelIt();
                    }
                    answer.awaitHit(ServerFixture.PATIENCE);
                    awaitTheServerAtWhatIsBehind();
                    answer.remove();
                })
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                R2dbcException.class,
                                begin -> assertThat(begin.getSqlState()).isEqualTo(failure.state)))
                .verify(ServerFixture.PATIENCE);
        behind.remove();
        if (replaced != null) {
            replaced.remove();
        }
    }

    private void awaitTheServerAtWhatIsBehind() {
        String there = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                + " AND pid <> pg_backend_pid() AND query ~ '^(INSERT|SELECT v|WITH)'";
        while (fixture.number(there) == 0) {
            ServerFixture.pause();
        }
    }

    private void cancelIt() {
        String sleeper = " FROM pg_stat_activity WHERE state = 'active' AND wait_event = 'PgSleep'";
        while (fixture.number("SELECT count(pg_cancel_backend(pid))" + sleeper) == 0) {
            ServerFixture.pause();
        }
    }

    private void nothingMustHaveHappened(Failure failure, int before) {
        assertThat(seen).as("what the function heard").isEmpty();
        assertThat(fixture.number("SELECT count(*) FROM item")).isZero();
        assertThat(fixture.lastEvent().outcome()).isEqualTo(TransactionOutcome.NOT_STARTED);
        if (failure.leavesATransaction()) {
            assertThat(backend()).as("backend").isEqualTo(before);
        } else {
            assertThat(backend()).as("backend").isNotEqualTo(before);
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("everything")
    void nothingOfItMustBeSeenNorDurable(Failure failure, Behind behind) {
        for (boolean many : new boolean[] {false, true}) {
            int before = backend();
            failing(
                    failure,
                    many
                            ? fixture.sessions()
                                    .withTransactionMany(
                                            failure.options(),
                                            session ->
                                                    behind.work().apply(session).doOnNext(seen::add))
                            : fixture.sessions()
                                    .withTransaction(
                                            failure.options(),
                                            session -> behind.work()
                                                    .apply(session)
                                                    .doOnNext(seen::add)
                                                    .then())
                                    .flux());
            nothingMustHaveHappened(failure, before);
        }
        // What was prepared, or was not, behind the BEGIN that failed must not stand in the way now.
        List<String> now = fixture.sessions()
                .withTransaction(
                        TransactionOptions.defaults().setting(Behind.TENANT, "a"),
                        session -> behind.work()
                                .apply(session)
                                .map(Object::toString)
                                .collectList())
                .blockOptional(ServerFixture.PATIENCE)
                .orElseThrow();
        assertThat(now).isNotEmpty().noneMatch(value -> value.contains("secret of b"));
    }

    static Stream<Arguments> forks() {
        return Stream.of(Failure.SYNTAX, Failure.SETTING)
                .flatMap(failure ->
                        Stream.concat(Behind.writes(), Behind.reads()).map(behind -> Arguments.of(failure, behind)));
    }

    /** Somebody subscribes it outside the function's publisher, at once and when all is over. */
    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("forks")
    void aForkMustHearBeginsErrorToo(Failure failure, Behind behind) {
        List<Throwable> heard = new CopyOnWriteArrayList<>();
        List<Mono<?>> late = new CopyOnWriteArrayList<>();
        int before = backend();
        failing(
                failure,
                fixture.sessions()
                        .withTransaction(failure.options(), session -> {
                            Flux<?> forked = behind.work().apply(session);
                            late.add(forked.then());
                            forked.subscribe(seen::add, heard::add, () -> seen.add("completed"));
                            return Mono.never();
                        })
                        .flux());
        assertThat(heard).singleElement().isSameAs(fixture.lastEvent().error());
        late.get(0)
                .as(StepVerifier::create)
                .expectErrorSatisfies(error -> assertThat(error)
                        .satisfiesAnyOf(
                                begin -> assertThat(begin).isSameAs(heard.get(0)),
                                over -> assertThat(over).hasMessageContaining("has ended, nothing was sent")))
                .verify(ServerFixture.PATIENCE);
        nothingMustHaveHappened(failure, before);
    }

    /** What the guard is there for: the same flight without it. */
    @Test
    void plantedWithoutTheGuardTheWriteMustBeDurable() {
        ReactiveSessions planted = ReactiveSessions.builder(ConnectionFactories.get(database.r2dbcUrl(
                        fixture.proxy().host(), fixture.proxy().port())))
                .dialect(new ImaginaryGuard())
                .pool(ServerFixture.roomyPool(1))
                .build();
        fixture.proxy().replace(BEGIN, Failure.SYNTAX.text);
        planted.withTransaction(session ->
                        session.sql("INSERT INTO item VALUES ($1)", 1).rowsUpdated())
                .as(StepVerifier::create)
                .expectError(R2dbcException.class)
                .verify(ServerFixture.PATIENCE);
        while (fixture.number("SELECT count(*) FROM item") == 0) {
            ServerFixture.pause(); // it would never come with the guard
        }
        planted.close().block(ServerFixture.PATIENCE);
    }
}
