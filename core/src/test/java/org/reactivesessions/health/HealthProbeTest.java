package org.reactivesessions.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.Statement;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivesessions.dialect.StandardDialect;
import org.reactivesessions.observation.BreakerState;
import org.reactivesessions.pool.PoolStatus;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

/** What cannot be made to happen on a real server. */
class HealthProbeTest {

    private static final Duration LIMIT = Duration.ofMillis(200);

    private final VirtualTimeScheduler clock = VirtualTimeScheduler.create();
    private final LateDriver driver = new LateDriver();

    @AfterEach
    void endClock() {
        clock.dispose();
    }

    private HealthProbe probe(Supplier<BreakerState> circuit, Scheduler timer) {
        return new HealthProbe(
                driver,
                new StandardDialect(),
                LIMIT,
                () -> new PoolStatus(0, 0, 0, 0, 1, 0, 0),
                circuit,
                timer,
                () -> clock.now(TimeUnit.NANOSECONDS));
    }

    private static <T> TestSubscriber<T> subscribe(Mono<T> mono) {
        TestSubscriber<T> subscriber = TestSubscriber.create();
        mono.subscribe(subscriber);
        return subscriber;
    }

    /** A driver whose connections come when the test says so, also when nobody wants them any more. */
    private static final class LateDriver implements ConnectionFactory {

        private final List<Subscriber<? super Connection>> asked = new ArrayList<>();
        private final List<Integer> closed = new ArrayList<>();

        @Override
        public Publisher<Connection> create() {
            return subscriber -> {
                asked.add(subscriber);
                subscriber.onSubscribe(new Subscription() {
                    @Override
                    public void request(long n) {
                        // It comes when it comes.
                    }

                    @Override
                    public void cancel() {
                        // Too late.
                    }
                });
            };
        }

        void open(int number) {
            asked.get(number).onNext(connection(number));
            asked.get(number).onComplete();
        }

        private Connection connection(int number) {
            return (Connection) Proxy.newProxyInstance(
                    getClass().getClassLoader(),
                    new Class<?>[] {Connection.class},
                    (proxy, method, arguments) -> switch (method.getName()) {
                        case "close" -> Mono.fromRunnable(() -> closed.add(number));
                        case "createStatement" ->
                            Proxy.newProxyInstance(
                                    getClass().getClassLoader(),
                                    new Class<?>[] {Statement.class},
                                    (statement, call, values) -> Mono.never());
                        default -> number;
                    });
        }

        @Override
        public ConnectionFactoryMetadata getMetadata() {
            return () -> "late";
        }
    }

    @Test
    void aConnectionThatComesAfterItsLookMustBeClosed() {
        HealthProbe probe = probe(() -> BreakerState.CLOSED, clock);
        TestSubscriber<HealthReport> first = subscribe(probe.report());
        clock.advanceTimeBy(LIMIT);
        assertThat(first.expectTerminalSignal().isOnComplete()).isTrue();
        TestSubscriber<HealthReport> second = subscribe(probe.report());
        driver.open(0);
        driver.open(1);
        clock.advanceTimeBy(LIMIT);
        subscribe(probe.close("closed for a test"));

        assertThat(second.isTerminatedComplete()).isTrue();
        assertThat(driver.closed).containsExactlyInAnyOrder(0, 1);
    }

    @Test
    void aCloseMustLetALookThatIsUnderWayComeToItsEnd() {
        HealthProbe probe = probe(() -> BreakerState.CLOSED, clock);
        TestSubscriber<HealthReport> look = subscribe(probe.report());
        driver.open(0);
        TestSubscriber<Void> close = subscribe(probe.close("closed for a test"));
        assertThat(driver.closed).isEmpty();
        assertThat(close.isTerminated()).isFalse();

        clock.advanceTimeBy(LIMIT);

        assertThat(look.isTerminatedComplete()).isTrue();
        assertThat(driver.closed).containsExactly(0);
        assertThat(close.isTerminatedComplete()).isTrue();
    }

    @Test
    void aCircuitThatCannotTellItsStateMustNotKeepAReportFromBeingMade() {
        TestSubscriber<HealthReport> report = subscribe(probe(
                        () -> {
                            throw new IllegalStateException("planted");
                        },
                        clock)
                .report());
        clock.advanceTimeBy(LIMIT);

        assertThat(report.getReceivedOnNext())
                .singleElement()
                .extracting(HealthReport::status, HealthReport::reason)
                .containsExactly(HealthStatus.DOWN, "no answer within 200 ms");
    }

    @Test
    void aTimerThatWasShutDownMustNotBeTakenForTheLimit() {
        Scheduler gone = Schedulers.newSingle("gone");
        gone.dispose();
        TestSubscriber<HealthReport> report =
                subscribe(probe(() -> BreakerState.CLOSED, gone).report());

        assertThat(report.getReceivedOnNext()).singleElement().satisfies(made -> {
            assertThat(made.status()).isEqualTo(HealthStatus.DOWN);
            assertThat(made.reason()).isEqualTo("the timer of the health probe was shut down");
        });
    }
}
