package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.postgres.hygiene.ExpectsDrops;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TimeLimits;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** BEGIN whose answer is late, is lost, or comes when nobody wants it any more, with a statement behind it. */
@ExtendWith(PostgresExtension.class)
@ExpectsDrops // the driver drops what it has buffered when it is closed with a command unanswered
class BeginUnansweredIT {

    private static final FrameMatch BEGIN = FrameMatch.fromClient('Q').sql("^BEGIN");
    private static final FrameMatch ANSWER = FrameMatch.fromServer('C').answering("^BEGIN");
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final TransactionOptions TENANT =
            TransactionOptions.defaults().setting(Behind.TENANT, "a");

    private final TestDatabase database;
    private final ServerFixture fixture;
    private final List<Object> seen = new CopyOnWriteArrayList<>();
    private final AtomicInteger calls = new AtomicInteger();

    BeginUnansweredIT(TestDatabase database) {
        this.database = database;
        this.fixture = ServerFixture.on(database);
    }

    @BeforeEach
    void createTables() {
        fixture.run("DROP TABLE IF EXISTS item, secret");
        Behind.tables().forEach(fixture::run);
        warm(fixture);
    }

    @AfterEach
    void leaveNothingBehind() {
        fixture.close();
    }

    private static void warm(ServerFixture at) {
        at.sessions()
                .withTransaction(session -> session.sql("SELECT 1").execute())
                .block(ServerFixture.PATIENCE);
    }

    static List<Behind> both() {
        return List.of(
                Behind.writes().toList().get(1),
                Behind.writes().toList().get(0),
                Behind.reads().toList().get(0),
                Behind.reads().toList().get(1));
    }

    private Flux<?> transaction(ServerFixture at, Behind behind) {
        return at.sessions().withTransactionMany(TENANT, session -> {
            calls.incrementAndGet();
            return behind.work().apply(session).doOnNext(seen::add);
        });
    }

    private Rule watchBehind(ServerFixture at) {
        return at.proxy().watch(FrameMatch.fromClient('Q', 'B').sql(Behind.SQL));
    }

    private void nothingMustHaveHappened(ServerFixture at) {
        assertThat(calls.get()).as("calls of the function").isLessThanOrEqualTo(1);
        assertThat(seen).isEmpty();
        assertThat(at.number("SELECT count(*) FROM item")).isZero();
        assertThat(at.lastEvent().outcome()).isEqualTo(TransactionOutcome.NOT_STARTED);
    }

    @ParameterizedTest
    @MethodSource("both")
    void anAnswerThatIsLateMustNotMakeItDurable(Behind behind) {
        try (ServerFixture hasty = ServerFixture.with(
                database, builder -> builder.limits(new TimeLimits(SHORT, ServerFixture.PATIENCE)))) {
            warm(hasty);
            Rule answer = hasty.proxy().hold(ANSWER.nth(1));
            Rule sent = watchBehind(hasty);
            transaction(hasty, behind)
                    .as(StepVerifier::create)
                    .expectError(DatabaseUnavailableException.class)
                    .verify(ServerFixture.PATIENCE);
            assertThat(sent.hits()).isPositive();
            answer.awaitHit(ServerFixture.PATIENCE);
            answer.release();
            nothingMustHaveHappened(hasty);
        }
    }

    @ParameterizedTest
    @MethodSource("both")
    void aConnectionLostBeforeTheAnswerMustNotCallTheFunctionAgain(Behind behind) {
        Rule answer = fixture.proxy().hold(ANSWER.nth(1));
        Rule sent = watchBehind(fixture);
        StepVerifier.create(transaction(fixture, behind))
                .then(() -> {
                    sent.awaitHit(ServerFixture.PATIENCE);
                    answer.awaitHit(ServerFixture.PATIENCE);
                    fixture.proxy().resetAll();
                })
                .expectError(DatabaseUnavailableException.class)
                .verify(ServerFixture.PATIENCE);
        nothingMustHaveHappened(fixture);
    }

    @ParameterizedTest
    @MethodSource("both")
    void aConnectionLostBeforeBeginArrivedMustNotCallTheFunctionAgain(Behind behind) {
        Rule cut = fixture.proxy().reset(BEGIN.nth(1));
        transaction(fixture, behind)
                .as(StepVerifier::create)
                .expectError(DatabaseUnavailableException.class)
                .verify(ServerFixture.PATIENCE);
        cut.awaitHit(ServerFixture.PATIENCE);
        nothingMustHaveHappened(fixture);
    }

    /** The transaction is open: what was done in it is undone by the loss. */
    @ParameterizedTest
    @MethodSource("both")
    void aConnectionLostBetweenTheAnswerAndTheFirstRowMustRollBack(Behind behind) {
        Rule answer = fixture.proxy()
                .hold(FrameMatch.fromServer('C', 'D', '2').answering(Behind.SQL).nth(1));
        StepVerifier.create(transaction(fixture, behind))
                .then(() -> {
                    answer.awaitHit(ServerFixture.PATIENCE);
                    fixture.proxy().resetAll();
                })
                .expectError()
                .verify(ServerFixture.PATIENCE);
        assertThat(seen).isEmpty();
        assertThat(fixture.number("SELECT count(*) FROM item")).isZero();
        assertThat(fixture.lastEvent().outcome()).isEqualTo(TransactionOutcome.ROLLED_BACK);
    }

    @ParameterizedTest
    @MethodSource("both")
    void aCancelMustWaitForTheAnswerAndRollBack(Behind behind) {
        Rule answer = fixture.proxy().hold(ANSWER.nth(1));
        Rule sent = watchBehind(fixture);
        Disposable running = transaction(fixture, behind).subscribe(value -> {}, error -> {});
        sent.awaitHit(ServerFixture.PATIENCE);
        answer.awaitHit(ServerFixture.PATIENCE);
        running.dispose();
        Rule rollback = fixture.proxy().watch(FrameMatch.fromClient('Q').sql("^ROLLBACK"));
        answer.release();
        fixture.quiesce();

        assertThat(rollback.hits()).isEqualTo(1);
        assertThat(seen).isEmpty();
        assertThat(fixture.number("SELECT count(*) FROM item")).isZero();
        assertThat(fixture.lastEvent().outcome()).isEqualTo(TransactionOutcome.ROLLED_BACK);
        assertThat(fixture.sessions().poolStatus().idle()).isEqualTo(1);
    }

    /** COMMIT on the wire would be IN_DOUBT. */
    @Test
    void aFunctionThatHasCompletedMustNotCommitBeforeTheAnswer() {
        Rule answer = fixture.proxy().hold(ANSWER.nth(1));
        Rule commit = fixture.proxy().watch(FrameMatch.fromClient('Q').sql("^COMMIT"));
        StepVerifier.create(fixture.sessions().withTransaction(session -> Mono.just(7)))
                .then(() -> {
                    answer.awaitHit(ServerFixture.PATIENCE);
                    assertThat(commit.hits()).isZero();
                    answer.release();
                })
                .expectNext(7)
                .expectComplete()
                .verify(ServerFixture.PATIENCE);
        assertThat(commit.hits()).isEqualTo(1);
    }

    private void mustWaitForBegin(ServerFixture at) {
        Rule answer = at.proxy().hold(ANSWER.nth(1));
        Rule sent = watchBehind(at);
        StepVerifier.create(transaction(at, Behind.writes().toList().get(1)))
                .then(() -> {
                    answer.awaitHit(ServerFixture.PATIENCE);
                    assertThat(calls.get()).as("calls before the answer").isZero();
                    assertThat(sent.hits()).isZero();
                    answer.remove();
                })
                .expectNextCount(1)
                .expectComplete()
                .verify(ServerFixture.PATIENCE);
        sent.remove();
        calls.set(0);
    }

    @Test
    void aConnectionThatWasSilentForLongerThanTheWindowMustBeAskedFirst() {
        try (ServerFixture silent = ServerFixture.with(
                database, builder -> builder.pool(ServerFixture.roomyPool(1).aliveWindow(Duration.ofNanos(1))))) {
            warm(silent);
            mustWaitForBegin(silent);
            fixture.run("TRUNCATE item");
            mustWaitForBegin(silent);
        }
    }

    @Test
    void withAutocommitWritesBeginMustBeWaitedFor() {
        try (ServerFixture open = ServerFixture.with(database, builder -> builder.autocommitWrites(true))) {
            warm(open);
            mustWaitForBegin(open);
            open.sessions()
                    .withSession(session ->
                            session.sql("INSERT INTO item VALUES ($1)", 2).rowsUpdated())
                    .as(StepVerifier::create)
                    .expectNext(1L)
                    .verifyComplete();
        }
    }

    /** The init SQL takes down what the start-up message has put up, so it is not counted on. */
    @Test
    void aConnectionWhoseGuardIsNotThereMustBeUsedWithoutIt() {
        try (ServerFixture unguarded =
                ServerFixture.with(database, builder -> builder.initSql("SET default_transaction_read_only = off"))) {
            warm(unguarded);
            mustWaitForBegin(unguarded);
        }
    }
}
