package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.transaction.Stage.rows;
import static org.reactivesessions.transaction.Stage.subscribe;
import static org.reactivesessions.transaction.Stage.update;

import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.pool.PoolStatus;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.test.subscriber.TestSubscriber;

/** A cancel in every phase: what reaches the wire, what the listener hears, and that the subscriber hears nothing. */
class CancelTest {

    @RegisterExtension
    final Stage stage = new Stage();

    private final ScriptedDatabase database = stage.database();
    private final List<String> seen = new ArrayList<>();

    private TestSubscriber<Long> transfer() {
        return stage.run(connection -> {
            seen.add("function");
            return update(connection, "UPDATE").doOnCancel(() -> seen.add("cancelled"));
        });
    }

    private void assertSilent(TestSubscriber<?> subscriber) {
        assertThat(subscriber.isTerminated()).isFalse();
        assertThat(subscriber.getReceivedOnNext()).isEmpty();
        assertThat(subscriber.getProtocolErrors()).isEmpty();
    }

    @Test
    void insideOnSubscribeItMustAskForNothing() {
        stage.mono(connection -> update(connection, "UPDATE")).subscribe(new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                subscription.cancel();
            }
        });

        assertThat(database.opened()).isZero();
        assertThat(stage.ends()).containsExactly("ACQUIRING NOT_STARTED");
    }

    @Test
    void whileTheConnectionOpensItMustEndAtOnceAndLeaveTheConnectionToOthers() {
        database.hold("CONNECT");
        TestSubscriber<Long> subscriber = transfer();
        subscriber.cancel();
        assertThat(stage.ends()).containsExactly("ACQUIRING NOT_STARTED");
        assertThat(stage.isQuiet()).isTrue();
        database.last("CONNECT").complete();

        assertSilent(subscriber);
        assertThat(seen).isEmpty();
        assertThat(database.wire()).isEmpty();
        assertThat(stage.source().status()).isEqualTo(new PoolStatus(0, 1, 0, 1, 1, 0, 0));
    }

    @Test
    void whileWaitingForAConnectionItMustLeaveTheQueue() {
        database.hold("UPDATE");
        TestSubscriber<Long> first = transfer();
        TestSubscriber<Long> second = transfer();
        second.cancel();
        assertThat(stage.source().status().pending()).isZero();
        database.last("UPDATE").complete();

        assertThat(first.isTerminatedComplete()).isTrue();
        assertSilent(second);
        assertThat(stage.ends()).containsExactly("ACQUIRING NOT_STARTED", "COMMITTING COMMITTED");
    }

    @Test
    void duringBeginItMustWaitForTheAnswerAndRollBackAndNeverCallTheFunction() {
        database.hold("BEGIN");
        TestSubscriber<Long> subscriber = transfer();
        subscriber.cancel();
        assertThat(database.last("BEGIN").isCancelled()).isFalse();
        assertThat(stage.isQuiet()).isFalse();
        assertThat(stage.ends()).isEmpty();
        database.last("BEGIN").complete();

        assertThat(database.wire()).containsExactly("BEGIN", "ROLLBACK");
        assertThat(seen).isEmpty();
        assertSilent(subscriber);
        assertThat(stage.ends()).containsExactly("BEGINNING ROLLED_BACK");
    }

    @Test
    void duringABeginThatFailsTheListenerMustHearWhy() {
        database.hold("BEGIN");
        TestSubscriber<Long> subscriber = transfer();
        subscriber.cancel();
        database.last("BEGIN").fail(new R2dbcBadGrammarException("no", "42601"));

        assertSilent(subscriber);
        assertThat(database.wire()).containsExactly("BEGIN");
        assertThat(stage.ends()).containsExactly("BEGINNING NOT_STARTED no");
    }

    @Test
    void duringAStatementItMustCancelItAndRollBack() {
        database.hold("UPDATE", "ROLLBACK");
        TestSubscriber<Long> subscriber = transfer();
        subscriber.cancel();
        subscriber.cancel();
        assertThat(database.wire()).containsExactly("BEGIN", "UPDATE", "ROLLBACK");
        assertThat(database.last("UPDATE").isCancelled()).isTrue();
        assertThat(seen).containsExactly("function", "cancelled");
        assertThat(stage.isQuiet()).isFalse();
        database.last("ROLLBACK").complete();

        assertSilent(subscriber);
        assertThat(stage.ends()).containsExactly("ACTIVE ROLLED_BACK");
    }

    @Test
    void betweenStatementsItMustCancelTheFunction() {
        TestSubscriber<Void> subscriber = stage.run(connection ->
                update(connection, "UPDATE").then(Mono.<Void>never().doOnCancel(() -> seen.add("cancelled"))));
        subscriber.cancel();

        assertThat(seen).containsExactly("cancelled");
        assertThat(database.wire()).containsExactly("BEGIN", "UPDATE", "ROLLBACK");
        assertThat(stage.ends()).containsExactly("ACTIVE ROLLED_BACK");
    }

    @Test
    void aStatementTheFunctionForkedMustBeCancelledToo() {
        database.hold("FORKED");
        TestSubscriber<Void> subscriber = stage.run(connection -> {
            rows(connection, "FORKED").subscribe();
            return Mono.never();
        });
        subscriber.cancel();

        assertThat(database.last("FORKED").isCancelled()).isTrue();
        assertThat(database.wire()).containsExactly("BEGIN", "FORKED", "ROLLBACK");
    }

    @Test
    void aStatementSubscribedAfterItMustBeRefused() {
        List<Throwable> refused = new ArrayList<>();
        List<Mono<Long>> late = new ArrayList<>();
        TestSubscriber<Void> subscriber = stage.run(connection -> {
            late.add(update(connection, "LATE"));
            return Mono.never();
        });
        subscriber.cancel();
        late.get(0).subscribe(count -> {}, refused::add);

        assertThat(refused).singleElement().isInstanceOf(IllegalStateException.class);
        assertThat(database.wire()).containsExactly("BEGIN", "ROLLBACK");
    }

    @Test
    void duringCommitItMustLetTheAnswerDecideAndDiscardTheValue() {
        database.hold("COMMIT");
        List<Object> discarded = new ArrayList<>();
        TestSubscriber<Long> subscriber = subscribe(
                stage.mono(connection -> update(connection, "UPDATE")).doOnDiscard(Long.class, discarded::add));
        subscriber.cancel();
        assertThat(database.last("COMMIT").isCancelled()).isFalse();
        assertThat(stage.isQuiet()).isFalse();
        database.last("COMMIT").complete();

        assertSilent(subscriber);
        assertThat(discarded).containsExactly(1L);
        assertThat(database.wire()).containsExactly("BEGIN", "UPDATE", "COMMIT");
        assertThat(stage.ends()).containsExactly("COMMITTING COMMITTED");
    }

    @Test
    void duringACommitThatIsRefusedTheListenerMustHearWhy() {
        database.hold("COMMIT");
        TestSubscriber<Long> subscriber = transfer();
        subscriber.cancel();
        database.last("COMMIT").fail(new R2dbcDataIntegrityViolationException("deferred", "23505"));

        assertSilent(subscriber);
        assertThat(database.wire()).endsWith("COMMIT", "ROLLBACK"); // the script's driver is still inside
        assertThat(stage.ends()).containsExactly("COMMITTING ROLLED_BACK deferred");
    }

    @Test
    void duringTheRollbackOfAnErrorItMustChangeNothingButTheSilence() {
        database.hold("ROLLBACK").fails("UPDATE", () -> new IllegalStateException("boom"));
        TestSubscriber<Long> subscriber = transfer();
        assertThat(subscriber.isTerminated()).isFalse();
        subscriber.cancel();
        assertThat(stage.isQuiet()).isFalse();
        database.last("ROLLBACK").complete();

        assertSilent(subscriber);
        assertThat(stage.ends()).containsExactly("ACTIVE ROLLED_BACK boom");
    }

    @Test
    void withARollbackThatFailsTheListenerMustHearWhy() {
        database.hold("UPDATE").fails("ROLLBACK", () -> new R2dbcNonTransientResourceException("no ROLLBACK"));
        TestSubscriber<Long> subscriber = transfer();
        subscriber.cancel();

        assertSilent(subscriber);
        assertThat(database.wire()).contains("ROLLBACK", "CLOSE");
        assertThat(stage.ends()).containsExactly("ACTIVE ROLLED_BACK no ROLLBACK");
    }

    @Test
    void whileTheConnectionIsDestroyedItMustBeWaitedForByQuiescedOnly() {
        database.hold("CLOSE").fails("BEGIN", () -> new R2dbcNonTransientResourceException("gone"));
        TestSubscriber<Long> subscriber = transfer();
        assertThat(subscriber.isTerminated()).isFalse();
        subscriber.cancel();
        assertThat(stage.isQuiet()).isFalse();
        database.letPass("CLOSE").last("CLOSE").complete();

        assertSilent(subscriber);
        assertThat(stage.isQuiet()).isTrue();
        assertThat(stage.ends()).containsExactly("BEGINNING NOT_STARTED gone");
    }

    @Test
    void afterTheEndItMustChangeNothing() {
        TestSubscriber<Long> subscriber = transfer();
        subscriber.cancel();

        assertThat(subscriber.getReceivedOnNext()).containsExactly(1L);
        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(stage.ends()).containsExactly("COMMITTING COMMITTED");
    }

    @Test
    void afterTheEndWithoutDemandItMustDiscardTheValue() {
        List<Object> discarded = new ArrayList<>();
        TestSubscriber<Long> subscriber =
                TestSubscriber.builder().initialRequest(0).build();
        stage.mono(connection -> update(connection, "UPDATE"))
                .doOnDiscard(Long.class, discarded::add)
                .subscribe(subscriber);
        assertThat(stage.ends()).containsExactly("COMMITTING COMMITTED");
        subscriber.cancel();

        assertThat(discarded).containsExactly(1L);
        assertSilent(subscriber);
    }
}
