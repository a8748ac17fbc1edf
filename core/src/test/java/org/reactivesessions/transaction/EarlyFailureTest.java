package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.transaction.Stage.subscribe;
import static org.reactivesessions.transaction.Stage.update;

import io.r2dbc.spi.R2dbcBadGrammarException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.resilience.ResilienceOptions;
import org.reactivesessions.scripted.EventLoop;
import org.reactivesessions.scripted.NothingDropped;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivesessions.scripted.ScriptedGuard;
import org.reactivesessions.wire.GatedConnection;
import org.reactivesessions.wire.StatementCall;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

/** A function that runs before BEGIN is answered, and is answered with an error or not at all. */
class EarlyFailureTest {

    private static final String READ = "SELECT secret";
    private static final String INSERT = "INSERT INTO item VALUES (1)";
    private static final String LOCK = "LOCK TABLE item";

    /** Patient enough to try again if it may. */
    @RegisterExtension
    final Stage stage =
            Stage.guarded(new ScriptedGuard(), ResilienceOptions.defaults().noCircuitBreaker());

    @RegisterExtension
    final NothingDropped dropped = new NothingDropped();

    private final ScriptedDatabase database = stage.database();
    private final R2dbcBadGrammarException refusal = new R2dbcBadGrammarException("no", "42601");
    private final List<Object> seen = new ArrayList<>();
    private final Sinks.Empty<Void> late = Sinks.empty();

    @BeforeEach
    void holdAnswers() {
        database.hold("BEGIN", READ, INSERT);
    }

    private static Flux<String> read(GatedConnection connection) {
        return connection.rows(
                new StatementCall(READ, false, statement -> {}),
                row -> Objects.requireNonNull(row.get(0, String.class)));
    }

    private static Mono<Long> insert(GatedConnection connection) {
        return connection
                .rowsUpdated(new StatementCall(INSERT, false, statement -> {}))
                .reduce(0L, Long::sum);
    }

    private void failBegin() {
        database.last("BEGIN").fail(refusal);
    }

    private void everythingMustBeGone(TestSubscriber<?> subscriber, String... wire) {
        assertThat(subscriber.expectTerminalError()).isSameAs(refusal);
        assertThat(subscriber.getReceivedOnNext()).isEmpty();
        assertThat(seen).allSatisfy(heard -> assertThat(heard).isSameAs(refusal));
        assertThat(database.wire()).containsExactly(wire);
        assertThat(stage.ends()).singleElement().asString().endsWith("NOT_STARTED no");
    }

    @Test
    void aWriteBehindItMustHearItAndCostTheConnection() {
        TestSubscriber<Long> subscriber =
                stage.run(connection -> insert(connection).doOnNext(seen::add).doOnError(seen::add));
        failBegin();
        database.last(INSERT).complete();

        everythingMustBeGone(subscriber, "BEGIN", INSERT, "CLOSE");
        assertThat(seen).hasSize(1);
    }

    @Test
    void aReadBehindItMustDeliverNothing() {
        TestSubscriber<String> subscriber = subscribe(
                stage.flux(connection -> read(connection).doOnNext(seen::add).doOnError(seen::add)));
        failBegin();
        database.last(READ).rows("secret").complete();

        everythingMustBeGone(subscriber, "BEGIN", READ, "CLOSE");
        assertThat(seen).hasSize(1);
    }

    @Test
    void whatWaitsMustHearItAndNotBeSent() {
        TestSubscriber<Long> subscriber = stage.run(connection -> Flux.mergeDelayError(
                        4,
                        update(connection, LOCK).doOnError(seen::add),
                        update(connection, INSERT).doOnError(seen::add),
                        stage.<Long>inner(Propagation.NESTED, inner -> insert(inner))
                                .doOnError(seen::add))
                .onErrorMap(all -> refusal)
                .reduce(Long::sum));
        failBegin();

        everythingMustBeGone(subscriber, "BEGIN");
        assertThat(seen).hasSize(3);
    }

    @Test
    void whatWasSentByAForkMustHearItToo() {
        TestSubscriber<Long> subscriber = stage.run(connection -> {
            insert(connection).subscribe(seen::add, seen::add);
            update(connection, LOCK).subscribe(seen::add, seen::add);
            return Mono.never();
        });
        failBegin();

        everythingMustBeGone(subscriber, "BEGIN", INSERT, "CLOSE");
        assertThat(seen).hasSize(2);
    }

    @Test
    void whatIsForkedAfterwardsMustHearItToo() {
        TestSubscriber<Long> subscriber = stage.run(connection -> {
            late.asMono()
                    .subscribe(
                            nothing -> {}, error -> {}, () -> insert(connection).subscribe(seen::add, seen::add));
            return Mono.never();
        });
        failBegin();
        late.tryEmitEmpty();

        everythingMustBeGone(subscriber, "BEGIN");
        assertThat(seen).hasSize(1);
    }

    @Test
    void aFunctionThatHadCompletedMustFail() {
        TestSubscriber<Long> subscriber = stage.run(connection -> Mono.just(7L));
        failBegin();

        everythingMustBeGone(subscriber, "BEGIN");
        assertThat(database.connection(0).isOpen()).isTrue();
    }

    @Test
    void aFunctionThatHandlesItMustFailAllTheSame() {
        TestSubscriber<Long> subscriber =
                stage.run(connection -> insert(connection).onErrorReturn(7L));
        failBegin();

        everythingMustBeGone(subscriber, "BEGIN", INSERT, "CLOSE");
    }

    @Test
    void aFunctionThatHadFailedMustKeepItsError() {
        IllegalStateException mine = new IllegalStateException("mine");
        TestSubscriber<Long> subscriber = stage.run(connection -> Mono.error(mine));
        failBegin();

        assertThat(subscriber.expectTerminalError()).isSameAs(mine).hasSuppressedException(refusal);
        assertThat(database.wire()).containsExactly("BEGIN");
        assertThat(stage.ends()).containsExactly("ACTIVE NOT_STARTED mine");
    }

    @Test
    void aCancelMustStillCostTheConnectionIfSomethingIsBehind() {
        TestSubscriber<Long> subscriber = stage.run(EarlyFailureTest::insert);
        subscriber.cancel();
        failBegin();

        assertThat(database.wire()).containsExactly("BEGIN", INSERT, "CLOSE");
        assertThat(stage.ends()).containsExactly("ACTIVE NOT_STARTED no");
    }

    /** A setting that is refused: the transaction is there, and has failed, so nothing behind it has run. */
    @Test
    void aTransactionThatFailedInBeginMustBeRolledBackAndItsConnectionKept() {
        TestSubscriber<Long> subscriber = stage.run(EarlyFailureTest::insert);
        database.connection(0).inTransaction(true);
        failBegin();

        everythingMustBeGone(subscriber, "BEGIN", INSERT, "ROLLBACK");
    }

    @Test
    void aBeginThatIsLostMustNotCallTheFunctionAgain() {
        List<String> calls = new ArrayList<>();
        TestSubscriber<Long> subscriber = stage.run(connection -> {
            calls.add("called");
            return insert(connection);
        });
        database.connection(0).lose();

        assertThat(subscriber.isTerminatedError()).isTrue();
        assertThat(calls).containsExactly("called");
        assertThat(database.opened()).isEqualTo(1);
        assertThat(stage.ends()).singleElement().asString().contains("NOT_STARTED");
    }

    @Test
    void aBeginThatIsNotAnsweredMustFailWhatIsBehind() {
        TestSubscriber<Long> subscriber =
                stage.run(connection -> insert(connection).doOnNext(seen::add).doOnError(seen::add));
        stage.pass(Duration.ofSeconds(6));
        assertThat(subscriber.isTerminatedError()).isTrue();
        database.last("BEGIN").complete();
        database.last(INSERT).complete();

        assertThat(seen).singleElement().isSameAs(subscriber.expectTerminalError());
        assertThat(database.wire()).containsExactly("BEGIN", INSERT, "CLOSE");
        assertThat(stage.ends()).singleElement().asString().contains("NOT_STARTED");
    }

    /**
     * The task that tells them must wait for one that another thread has submitted before, and what is behind BEGIN may be
     * answered meanwhile.
     */
    @Test
    void anAnswerThatComesBeforeTheyAreToldMustBeBeginsErrorToo() {
        VirtualTimeScheduler.reset();
        try (EventLoop loop = new EventLoop()) {
            Stage looping = Stage.guarded(loop.scheduler(), new ScriptedGuard());
            looping.database().hold("BEGIN", READ);
            List<Object> heard = new CopyOnWriteArrayList<>();
            TestSubscriber<String> subscriber = TestSubscriber.create();
            looping.<String>flux(connection -> {
                        late.asMono()
                                .subscribe(
                                        nothing -> {},
                                        error -> {},
                                        () -> update(connection, LOCK).subscribe(heard::add, heard::add));
                        read(connection).subscribe(heard::add, heard::add);
                        return Flux.never();
                    })
                    .subscribe(subscriber);
            loop.settle();
            Runnable free = loop.occupy(() -> {
                looping.database().last("BEGIN").fail(refusal);
                looping.database().last(READ).rows("secret").complete();
            });
            late.tryEmitEmpty(); // from here, so that its task comes first
            free.run();
            loop.settle();

            assertThat(heard).hasSize(2).allSatisfy(each -> assertThat(each).isSameAs(refusal));
            assertThat(subscriber.getReceivedOnNext()).isEmpty();
            assertThat(subscriber.expectTerminalError()).isSameAs(refusal);
            assertThat(looping.database().wire()).containsExactly("BEGIN", READ, "CLOSE");
        }
    }
}
