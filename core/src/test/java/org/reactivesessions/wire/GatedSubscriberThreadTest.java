package org.reactivesessions.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.scripted.EventLoop;
import org.reactivesessions.scripted.Exchange;
import org.reactivesessions.scripted.NothingDropped;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Flux;
import reactor.test.subscriber.TestSubscriber;

/** With a driver that has an event loop, the driver must hear everything on it, whichever thread it comes from. */
class GatedSubscriberThreadTest {

    @RegisterExtension
    final NothingDropped dropped = new NothingDropped();

    private final EventLoop loop = new EventLoop();
    private final ScriptedDatabase database =
            ScriptedDatabase.on(loop.scheduler()).hold("SELECT 1");
    private final WireExecutor executor = WireExecutorTest.executor(database);
    private final StatementGate gate = new StatementGate(executor, crash -> {});
    private final TestSubscriber<Object> subscriber =
            TestSubscriber.builder().initialRequest(0).build();

    @BeforeEach
    void settle() {
        loop.settle();
    }

    @AfterEach
    void endLoop() {
        loop.close();
    }

    private Exchange subscribed() {
        gate.flux(
                        "SELECT 1",
                        Flux.from(database.connection(0)
                                        .createStatement("SELECT 1")
                                        .execute())
                                .concatMap(result -> result.getRowsUpdated()))
                .subscribe(subscriber);
        subscriber.request(1);
        loop.settle();
        return database.last("SELECT 1");
    }

    @Test
    void theStatementMustBeSentOnTheLoop() {
        assertThat(subscribed().thread().getName()).isEqualTo("loop");
    }

    @Test
    void demandAndCancelMustReachTheDriverOnTheLoop() {
        Exchange exchange = subscribed();
        subscriber.request(2);
        subscriber.cancel();
        loop.settle();

        assertThat(exchange.touches())
                .isNotEmpty()
                .allMatch(touch -> touch.endsWith("@loop"))
                .contains("cancel@loop");
    }

    @Test
    void demandOfTheLoopItselfMustReachTheDriverAtOnce() {
        Probe probe = new Probe();
        gate.flux("SELECT 1", probe).subscribe(subscriber);
        loop.settle();

        loop.run(() -> {
            subscriber.request(3);
            subscriber.cancel();
            assertThat(probe.heard()).endsWith("request 4", "cancel"); // one element is asked for ahead
        });
    }

    @Test
    void anOnSubscribeFromAnotherThreadMustBeAnsweredOnTheLoop() {
        ThreadNaming probe = new ThreadNaming();
        gate.flux("SELECT 1", probe.late()).subscribe(subscriber);
        subscriber.request(1);
        loop.settle();
        probe.arrive();
        loop.settle();

        assertThat(probe.touched).isEqualTo("request@loop");
    }

    @Test
    void theRefusalMustComeOnTheLoop() {
        gate.close(() -> {});
        String[] thread = new String[1];
        gate.flux("SELECT 1", new Probe())
                .doOnError(error -> thread[0] = Thread.currentThread().getName())
                .subscribe(subscriber);
        loop.settle();

        assertThat(thread).containsExactly("loop");
        assertThat(subscriber.expectTerminalError()).isInstanceOf(IllegalStateException.class);
    }

    /** A publisher that calls {@code onSubscribe} later and on a thread of the test. */
    private static final class ThreadNaming implements Subscription {

        private final Probe probe = new Probe().late();
        private volatile String touched = "";

        Probe late() {
            return probe;
        }

        void arrive() {
            Subscriber<? super String> waiting = probe.subscriber();
            waiting.onSubscribe(this);
        }

        @Override
        public void request(long n) {
            touched = "request@" + Thread.currentThread().getName();
        }

        @Override
        public void cancel() {
            touched = "cancel@" + Thread.currentThread().getName();
        }
    }
}
