package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.transaction.Stage.subscribe;
import static org.reactivesessions.transaction.Stage.update;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.scripted.EventLoop;
import org.reactivesessions.scripted.Logs;
import org.reactivesessions.scripted.Race;
import reactor.core.publisher.Mono;
import reactor.test.subscriber.TestSubscriber;

/** Who waits for the end of transactions, and what the listener has heard by then. */
class QuiescedTest {

    @RegisterExtension
    final Stage stage = new Stage();

    private final List<String> order = new ArrayList<>();

    @Test
    void theListenerMustHearBeforeWhoeverWaits() {
        stage.database().hold("ROLLBACK");
        stage.listener((name, phase, outcome, error) -> order.add("listener"));
        TestSubscriber<Void> subscriber = stage.run(connection -> Mono.never());
        subscriber.cancel();
        stage.transactions().quiesced().subscribe(nothing -> {}, error -> {}, () -> order.add("quiesced"));
        stage.transactions()
                .close(Duration.ofSeconds(30))
                .subscribe(nothing -> {}, error -> {}, () -> order.add("closed"));
        stage.database().last("ROLLBACK").complete();

        assertThat(order)
                .containsExactlyInAnyOrder("listener", "quiesced", "closed")
                .startsWith("listener");
    }

    @Test
    void theValueOfACancelledTransactionMustBeDiscardedBeforeQuiesced() {
        stage.database().hold("COMMIT");
        TestSubscriber<Long> subscriber = subscribe(stage.mono(connection -> update(connection, "UPDATE"))
                .doOnDiscard(Long.class, value -> order.add("discarded")));
        subscriber.cancel();
        stage.transactions().quiesced().subscribe(nothing -> {}, error -> {}, () -> order.add("quiesced"));
        stage.database().last("COMMIT").complete();

        assertThat(order).containsExactly("discarded", "quiesced");
    }

    @Test
    void theConnectionMustBeBackBeforeTheListenerAndTheListenerBeforeTheSubscriber() {
        stage.listener((name, phase, outcome, error) ->
                order.add("listener " + stage.source().status().acquired()));
        stage.mono(connection -> update(connection, "UPDATE"))
                .doOnNext(value -> order.add("value " + stage.source().status().acquired()))
                .doOnSuccess(value -> order.add("success"))
                .subscribe();
        stage.mono(connection -> Mono.error(new IllegalStateException("boom")))
                .doOnError(error -> order.add("error " + stage.source().status().acquired()))
                .subscribe(value -> {}, error -> {});

        assertThat(order).containsExactly("listener 0", "value 0", "success", "listener 0", "error 0");
    }

    @Test
    void quiescedMustNotWaitForTransactionsWhoseSubscriberStayed() {
        stage.database().hold("UPDATE");
        TestSubscriber<Long> subscriber = stage.run(connection -> update(connection, "UPDATE"));

        assertThat(stage.isQuiet()).isTrue();
        stage.database().last("UPDATE").complete();
        assertThat(subscriber.isTerminatedComplete()).isTrue();
    }

    @Test
    void aThrowingListenerMustBeLoggedAndChangeNothing() {
        stage.listener((name, phase, outcome, error) -> {
            throw new NoClassDefFoundError("metrics");
        });
        try (Logs logs = Logs.listen()) {
            TestSubscriber<Long> subscriber = stage.run(connection -> update(connection, "UPDATE"));

            assertThat(subscriber.isTerminatedComplete()).isTrue();
            assertThat(logs.lines()).contains("ERROR transfer: the session listener failed");
        }
    }

    @Test
    void closeMustRefuseWhatComesAndWaitForWhatRuns() {
        stage.database().hold("UPDATE");
        TestSubscriber<Long> running = stage.run(connection -> update(connection, "UPDATE"));
        Mono<Void> close = stage.transactions().close(Duration.ofSeconds(30));
        TestSubscriber<Void> closing = subscribe(close);
        assertThat(closing.isTerminated()).isFalse();

        TestSubscriber<Long> late = stage.run(connection -> update(connection, "LATE"));
        assertThat(late.expectTerminalError())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("transfer: these sessions were closed at ");
        assertThat(subscribe(stage.flux(connection -> update(connection, "LATE")))
                        .expectTerminalError())
                .isInstanceOf(IllegalStateException.class);
        stage.database().last("UPDATE").complete();

        assertThat(running.isTerminatedComplete()).isTrue();
        assertThat(closing.isTerminatedComplete()).isTrue();
        assertThat(stage.ends())
                .hasSize(3)
                .filteredOn(end -> end.startsWith("ACQUIRING NOT_STARTED"))
                .hasSize(2);
    }

    @Test
    void closeMustBeCold() {
        Mono<Void> close = stage.transactions().close(Duration.ofSeconds(30));

        assertThat(stage.run(connection -> update(connection, "UPDATE")).isTerminatedComplete())
                .isTrue();
        assertThat(subscribe(close).isTerminatedComplete()).isTrue();
    }

    @Test
    void noTransactionMustBeUnderWayWhenCloseHasCompleted() {
        Race.run(2, () -> new Race.Round() {

            private final Stage own = new Stage();
            private final AtomicInteger begun = new AtomicInteger();
            private final AtomicInteger begunAtClose = new AtomicInteger(-1);
            private final CountDownLatch closed = new CountDownLatch(1);

            @Override
            public List<Runnable> contestants() {
                return List.of(
                        () -> own.run(connection -> Mono.fromRunnable(begun::incrementAndGet)),
                        () -> own.transactions()
                                .close(Duration.ofSeconds(30))
                                .subscribe(nothing -> {}, error -> {}, () -> {
                                    begunAtClose.set(begun.get());
                                    closed.countDown();
                                }));
            }

            @Override
            public void check() {
                EventLoop.await(closed);
                assertThat(begunAtClose).hasValue(begun.get());
            }
        });
    }
}
