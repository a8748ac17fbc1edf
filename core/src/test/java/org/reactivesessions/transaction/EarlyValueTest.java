package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.transaction.Stage.rows;
import static org.reactivesessions.transaction.Stage.subscribe;
import static org.reactivesessions.transaction.Stage.update;

import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.dialect.CommitAnswer;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivesessions.wire.GatedConnection;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.test.subscriber.TestSubscriber;

/** What a transaction that has only read tells its subscriber while its COMMIT is held. */
class EarlyValueTest {

    private static final TransactionOptions READ_ONLY =
            TransactionOptions.defaults().named("report").readOnly();

    @RegisterExtension
    final Stage stage = Stage.overlapping();

    private final ScriptedDatabase database = stage.database();

    @BeforeEach
    void holdCommit() {
        database.rows("SELECT", "row").hold("COMMIT");
    }

    @AfterEach
    void everyCommitMustHaveBeenSent() {
        assertThat(database.wire()).contains("COMMIT");
        database.completeAll("COMMIT");
    }

    private static Mono<String> read(GatedConnection connection) {
        return rows(connection, "SELECT").next();
    }

    private static Mono<String> readAll(GatedConnection connection) {
        return rows(connection, "SELECT").single();
    }

    private <T> TestSubscriber<T> run(TransactionOptions options, Function<GatedConnection, Publisher<T>> function) {
        return subscribe(stage.transactions().mono(options, function));
    }

    private <T> Mono<T> inner(Propagation propagation, Function<GatedConnection, Publisher<T>> function) {
        return stage.transactions().mono(READ_ONLY.named("inner").propagation(propagation), function);
    }

    private void mustWait(TestSubscriber<?> subscriber) {
        assertThat(subscriber.isTerminated()).isFalse();
        assertThat(subscriber.getReceivedOnNext()).isEmpty();
        database.last("COMMIT").complete();
        assertThat(subscriber.isTerminatedComplete()).isTrue();
    }

    @Test
    void theValueMustComeBeforeTheAnswerAndEverythingElseBehindIt() {
        TestSubscriber<String> subscriber = run(READ_ONLY, EarlyValueTest::readAll);

        assertThat(subscriber.getReceivedOnNext()).containsExactly("row");
        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(stage.ends()).isEmpty();
        assertThat(stage.isQuiet()).isFalse();
        assertThat(stage.source().status().acquired()).isEqualTo(1);

        database.last("COMMIT").complete();
        assertThat(stage.ends()).containsExactly("COMMITTING COMMITTED");
        assertThat(stage.isQuiet()).isTrue();
        assertThat(stage.source().status().acquired()).isZero();
    }

    @Test
    void aStreamMustCompleteBeforeTheAnswer() {
        TestSubscriber<String> subscriber =
                subscribe(stage.transactions().flux(READ_ONLY, connection -> rows(connection, "SELECT")));

        assertThat(subscriber.getReceivedOnNext()).containsExactly("row");
        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(stage.ends()).isEmpty();
    }

    @Test
    void nothingAtAllMustCompleteBeforeTheAnswer() {
        assertThat(run(READ_ONLY, connection -> Mono.<String>empty()).isTerminatedComplete())
                .isTrue();
        assertThat(stage.ends()).isEmpty();
    }

    @Test
    void theValueMustStillWaitForDemand() {
        TestSubscriber<String> subscriber =
                TestSubscriber.builder().initialRequest(0).build();
        stage.transactions().mono(READ_ONLY, EarlyValueTest::readAll).subscribe(subscriber);
        database.last("COMMIT").complete();
        assertThat(stage.ends()).containsExactly("COMMITTING COMMITTED");
        assertThat(subscriber.isTerminated()).isFalse();

        subscriber.request(1);

        assertThat(subscriber.getReceivedOnNext()).containsExactly("row");
        assertThat(subscriber.isTerminatedComplete()).isTrue();
    }

    @Test
    void aCancelBehindTheEarlyEndMustDiscardAValueNobodyAskedForAndNothingElse() {
        List<Object> discarded = new ArrayList<>();
        TestSubscriber<String> subscriber =
                TestSubscriber.builder().initialRequest(0).build();
        stage.transactions()
                .mono(READ_ONLY, EarlyValueTest::readAll)
                .doOnDiscard(Object.class, discarded::add)
                .subscribe(subscriber);

        subscriber.cancel();

        assertThat(discarded).containsExactly("row");
        assertThat(database.wire()).doesNotContain("ROLLBACK");
        database.last("COMMIT").complete();
        assertThat(stage.ends()).containsExactly("COMMITTING COMMITTED");
    }

    @Test
    void aFailureOfCommitMustBeHeardByTheListenerAlone() {
        TestSubscriber<String> subscriber = run(READ_ONLY, EarlyValueTest::readAll);
        stage.dialect().commitAnswer(error -> CommitAnswer.REFUSED);
        database.last("COMMIT").fail(new IllegalStateException("refused"));

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(subscriber.getProtocolErrors()).isEmpty();
        assertThat(stage.ends()).containsExactly("COMMITTING ROLLED_BACK refused");
    }

    @Test
    void aCommitThatIsNotAnsweredMustCostTheConnectionAndNotTheValue() {
        TestSubscriber<String> subscriber = run(READ_ONLY, EarlyValueTest::readAll);
        stage.pass(Duration.ofSeconds(30));

        assertThat(subscriber.getReceivedOnNext()).containsExactly("row");
        assertThat(stage.ends()).singleElement().asString().startsWith("COMMITTING IN_DOUBT");
        assertThat(stage.source().status().allocated()).isZero();
    }

    @Test
    void aTransactionThatMayWriteMustWait() {
        mustWait(run(TransactionOptions.defaults(), EarlyValueTest::readAll));
    }

    @Test
    void aSerializableTransactionMustWait() {
        mustWait(run(READ_ONLY.isolation(IsolationLevel.SERIALIZABLE), EarlyValueTest::readAll));
    }

    @Test
    void aRepeatableReadMustNotWait() {
        assertThat(run(READ_ONLY.isolation(IsolationLevel.REPEATABLE_READ), EarlyValueTest::readAll)
                        .isTerminatedComplete())
                .isTrue();
    }

    @Test
    void whatIsNoPlainReadMustWait() {
        mustWait(run(READ_ONLY, connection -> update(connection, "LISTEN news").then(readAll(connection))));
        mustWait(
                run(READ_ONLY, connection -> update(connection, "SHOW work_mem").then(readAll(connection))));
        mustWait(run(READ_ONLY, connection -> update(connection, "UPDATE temp").then(readAll(connection))));
    }

    @Test
    void aStatementThatWasGivenUpMustMakeItWait() {
        database.hold("SELECT");
        TestSubscriber<String> subscriber = run(READ_ONLY, EarlyValueTest::read);
        database.last("SELECT").rows("one", "two");
        mustWait(subscriber);
        database.letPass("SELECT");
        database.last("SELECT").complete();
    }

    @Test
    void anErrorThatWasSwallowedMustMakeItWait() {
        database.fails("SELECT broken", () -> new R2dbcNonTransientResourceException("broken"));
        mustWait(run(
                READ_ONLY,
                connection ->
                        rows(connection, "SELECT broken").onErrorComplete().then(readAll(connection))));
    }

    @Test
    void whoHasAHookToRunMustWait() {
        List<String> ran = new ArrayList<>();
        mustWait(run(
                READ_ONLY,
                connection -> Mono.deferContextual(context -> {
                    Scope<?> scope = context.get(stage.transactions());
                    scope.afterCommit(() -> Mono.fromRunnable(() -> ran.add("hook")));
                    return readAll(connection);
                })));
        assertThat(ran).containsExactly("hook");
    }

    @Test
    void scopesInsideMustNotHideWhatWasDone() {
        mustWait(run(
                READ_ONLY,
                connection -> inner(Propagation.NESTED, nested -> update(nested, "LISTEN news"))
                        .then(readAll(connection))));
        mustWait(run(
                READ_ONLY,
                connection -> inner(Propagation.REQUIRED, joined -> update(joined, "LISTEN news"))
                        .then(readAll(connection))));
        assertThat(run(
                                READ_ONLY,
                                connection -> inner(Propagation.NESTED, EarlyValueTest::readAll)
                                        .then(readAll(connection)))
                        .isTerminatedComplete())
                .isTrue();
    }
}
