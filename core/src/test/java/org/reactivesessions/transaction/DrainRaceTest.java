package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.transaction.Stage.subscribe;
import static org.reactivesessions.transaction.Stage.update;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.scripted.EventLoop;
import org.reactivesessions.scripted.NothingDropped;
import org.reactivesessions.scripted.Race;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Closing without any grace at the moment at which something begins, ends, is cancelled, or is closed by somebody else. */
class DrainRaceTest {

    @RegisterExtension
    final NothingDropped dropped = new NothingDropped();

    @BeforeEach
    void stopTheClock() {
        VirtualTimeScheduler.getOrSet();
    }

    @AfterEach
    void letTheClockGo() {
        VirtualTimeScheduler.reset();
    }

    /** Counts ends; one that comes while it cancels is not to be called dropped. */
    private static final class Ear implements CoreSubscriber<Object> {

        private final AtomicInteger ends;
        private volatile Subscription subscription = Operators.emptySubscription();

        Ear(AtomicInteger ends) {
            this.ends = ends;
        }

        void leave() {
            subscription.cancel();
        }

        @Override
        public void onSubscribe(Subscription upstream) {
            subscription = upstream;
            upstream.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(Object value) {
            // Only ends count.
        }

        @Override
        public void onError(Throwable error) {
            ends.incrementAndGet();
        }

        @Override
        public void onComplete() {
            ends.incrementAndGet();
        }
    }

    /** One round: what is raced, and that whoever stays hears one end, and nothing is left. */
    private abstract static class Closing implements Race.Round {

        final Stage own = new Stage();
        final AtomicInteger ends = new AtomicInteger();
        final CountDownLatch closed = new CountDownLatch(1);

        Ear start(Mono<?> work) {
            Ear ear = new Ear(ends);
            work.subscribe(ear);
            return ear;
        }

        void close() {
            own.transactions().close(Duration.ZERO).subscribe(nothing -> {}, error -> {}, closed::countDown);
        }

        void checkWithEnds(int atLeast, int atMost) {
            EventLoop.await(closed);
            assertThat(ends.get()).isBetween(atLeast, atMost);
            assertThat(own.source().status().acquired()).isZero();
            assertThat(own.source().status().pending()).isZero();
            assertThat(own.isQuiet()).isTrue();
            long begun = own.database().wire().stream().filter("BEGIN"::equals).count();
            long ended = own.database().wire().stream()
                    .filter(sent -> sent.equals("COMMIT") || sent.equals("ROLLBACK"))
                    .count();
            assertThat(ended)
                    .as("what was begun is ended: " + own.database().wire())
                    .isEqualTo(begun);
            subscribe(own.source().close());
        }
    }

    @Test
    void whatBeginsMustEndOnce() {
        Race.run(3, () -> new Closing() {

            @Override
            public List<Runnable> contestants() {
                return List.of(
                        () -> start(own.mono(connection -> update(connection, "FIRST"))),
                        () -> start(own.mono(connection -> Mono.never())),
                        this::close);
            }

            @Override
            public void check() {
                checkWithEnds(2, 2);
            }
        });
    }

    @Test
    void whoeverCancelsMustHearNothingTwice() {
        Race.run(2, () -> new Closing() {

            private final Ear running = start(own.mono(connection -> Mono.never()));
            private final Ear waiting = start(own.mono(connection -> update(connection, "WAITING")));

            @Override
            public List<Runnable> contestants() {
                return List.of(
                        () -> {
                            waiting.leave();
                            running.leave();
                        },
                        this::close);
            }

            @Override
            public void check() {
                checkWithEnds(0, 2);
            }
        });
    }

    @Test
    void aPauseMustEndOnce() {
        TransactionOptions retried = TransactionOptions.defaults()
                .retry(TransactionRetry.defaults().backoff(Duration.ofHours(1), Duration.ofHours(1)));
        Race.run(2, () -> new Closing() {

            @Override
            public List<Runnable> contestants() {
                own.database().fails("UPDATE", Retried::conflict);
                return List.of(
                        () -> start(own.transactions().mono(retried, connection -> update(connection, "UPDATE"))),
                        this::close);
            }

            @Override
            public void check() {
                checkWithEnds(1, 1);
            }
        });
    }
}
