package org.reactivesessions.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcPermissionDeniedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.dialect.StandardDialect;
import org.reactivesessions.observation.SessionListener;
import org.reactivesessions.scripted.Logs;
import org.reactivesessions.scripted.NothingDropped;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivesessions.scripted.ScriptedDialect;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.util.context.Context;

class AcquisitionTest {

    @RegisterExtension
    final NothingDropped dropped = new NothingDropped();

    /** Makes the pool open connections on the thread that asks. */
    private final VirtualTimeScheduler clock = VirtualTimeScheduler.getOrSet();

    private final ScriptedDatabase database = ScriptedDatabase.plain();
    private final ConnectionSource source = new ConnectionSource(
            database, new StandardDialect(), PoolOptions.defaults().maxSize(1));
    private final Borrower borrower = new Borrower();
    private final Acquisition acquisition = source.acquisition(borrower, "report", false);

    @AfterEach
    void resetClock() {
        clock.dispose();
        VirtualTimeScheduler.reset();
    }

    @Test
    void nothingMustHappenBeforeTheStart() {
        assertThat(acquisition.isPending()).isTrue();
        assertThat(database.opened()).isZero();
    }

    @Test
    void aConnectionMustBeDelivered() {
        acquisition.start();

        assertThat(borrower.lease().connection()).isSameAs(database.connection(0));
        assertThat(acquisition.isPending()).isFalse();
        assertThat(source.status().acquired()).isEqualTo(1);
    }

    @Test
    void aFailureMustBeDelivered() {
        database.fails("CONNECT", () -> new R2dbcPermissionDeniedException("wrong password"));
        acquisition.start();

        assertThat(borrower.error()).isInstanceOf(R2dbcPermissionDeniedException.class);
        assertThat(acquisition.isPending()).isFalse();
    }

    @Test
    void aCancelBeforeTheStartMustAskForNothing() {
        assertThat(acquisition.cancel()).isTrue();
        acquisition.start();

        assertThat(database.opened()).isZero();
        assertThat(borrower.leases()).isEmpty();
        assertThat(acquisition.cancel()).isFalse();
    }

    @Test
    void aCancelWhileTheConnectionOpensMustKeepItForTheNext() {
        database.hold("CONNECT");
        acquisition.start();
        assertThat(acquisition.cancel()).isTrue();
        database.last("CONNECT").complete();

        assertThat(borrower.leases()).isEmpty();
        assertThat(borrower.errors()).isEmpty();
        assertThat(source.status()).isEqualTo(new PoolStatus(0, 1, 0, 1, 1, 0, 0));
    }

    @Test
    void aCancelOfAWaitingOneMustTakeItOutOfTheQueue() {
        Borrower first = Borrower.of(source);
        acquisition.start();
        assertThat(source.status().pending()).isEqualTo(1);
        assertThat(acquisition.cancel()).isTrue();

        assertThat(source.status().pending()).isZero();
        first.lease().release().block();
        assertThat(borrower.leases()).isEmpty();
        assertThat(source.status()).isEqualTo(new PoolStatus(0, 1, 0, 1, 1, 0, 0));
    }

    @Test
    void aCancelAfterTheDeliveryMustChangeNothing() {
        acquisition.start();
        assertThat(acquisition.cancel()).isFalse();

        assertThat(source.status().acquired()).isEqualTo(1);
        assertThat(borrower.lease().isOpen()).isTrue();
    }

    @Test
    void anExpiredOneMustFailAndLeaveTheQueue() {
        Borrower.of(source);
        acquisition.start();
        acquisition.expire();
        acquisition.expire();

        assertThat(borrower.error())
                .hasMessageStartingWith(
                        "report: no connection within 5000 ms (max 1, in use 1, waiting 1; longest held by");
        assertThat(source.status().pending()).isZero();
        assertThat(acquisition.cancel()).isFalse();
    }

    @Test
    void expiryAfterTheDeliveryMustChangeNothing() {
        acquisition.start();
        acquisition.expire();

        assertThat(borrower.lease().isOpen()).isTrue();
        assertThat(borrower.errors()).isEmpty();
    }

    /** What {@code Operators.timeout} and the like did with a late connection: lose it. */
    @Test
    void aConnectionThatComesTooLateMustBeGivenBack() {
        Deaf pool = new Deaf();
        Acquisition late = new Acquisition(pool, source, borrower, "report", false, false);
        late.start();
        assertThat(late.cancel()).isTrue();
        pool.deliver();

        assertThat(borrower.leases()).isEmpty();
        assertThat(pool.acquired()).isZero();
    }

    @Test
    void aLateConnectionThatCannotBeGivenBackMustBeLogged() {
        Deaf pool = new Deaf();
        Acquisition late = new Acquisition(pool, source, borrower, "report", false, false);
        late.start();
        late.cancel();
        Connection pooled = pool.pooled();
        Mono.from(pooled.close()).block();
        try (Logs logs = Logs.listen()) {
            pool.deliver(pooled);

            assertThat(logs.lines()).singleElement().asString().startsWith("WARN Giving back a connection failed");
        }
    }

    @Test
    void anErrorAfterTheDecisionMustBeSwallowed() {
        Deaf pool = new Deaf();
        Acquisition late = new Acquisition(pool, source, borrower, "report", false, false);
        late.start();
        late.cancel();
        pool.sink.tryEmitError(new TimeoutException("late"));

        assertThat(borrower.errors()).isEmpty();
    }

    @Test
    void aPoolThatCompletesWithoutAConnectionMustBecomeAFailure() {
        new Acquisition(Flux.empty(), source, borrower, "report", false, false).start();

        assertThat(borrower.error()).hasMessage("The pool completed without a connection");
    }

    @Test
    void aSubscriptionThatComesAfterTheCancelMustBeCancelled() {
        acquisition.cancel();
        List<String> heard = new ArrayList<>();
        acquisition.onSubscribe(new Subscription() {
            @Override
            public void request(long n) {
                heard.add("request");
            }

            @Override
            public void cancel() {
                heard.add("cancel");
            }
        });

        assertThat(heard).containsExactly("cancel");
    }

    @Test
    void thePoolMustSeeAnEmptyContext() {
        List<Context> seen = new ArrayList<>();
        new Acquisition(
                        Mono.deferContextual(view -> {
                            seen.add(Context.of(view));
                            return Mono.empty();
                        }),
                        source,
                        borrower,
                        "report",
                        false,
                        false)
                .start();

        assertThat(seen).containsExactly(Context.empty());
    }

    /** A pool that does not hear a cancel. */
    private final class Deaf implements Publisher<Connection> {

        private final Sinks.One<Connection> sink = Sinks.one();
        private final ReconnectPace pace = new ReconnectPace(1, 10, Schedulers.parallel(), System::nanoTime, () -> 0.5);
        private final ServerSigns signs = new ServerSigns(
                new ScriptedDialect(),
                new Trust(System::nanoTime),
                pace,
                new RoomToOpen(1, Duration.ofSeconds(1), System::nanoTime),
                ConnectObserver.none(),
                () -> 0);
        private final ConnectionPool pool =
                new ConnectionPool(ConnectionPoolConfiguration.builder(new PhysicalConnections(
                                database,
                                connection -> Mono.empty(),
                                Duration.ofSeconds(1),
                                pace,
                                signs,
                                new ConnectionBook(SessionListener.none()),
                                new StandardDialect(),
                                new LifeTimes(Duration.ofMinutes(30), () -> 0.5),
                                System::nanoTime))
                        .initialSize(0)
                        .maxSize(1)
                        .build());

        int acquired() {
            return pool.getMetrics().orElseThrow().acquiredSize();
        }

        @Override
        public void subscribe(Subscriber<? super Connection> subscriber) {
            subscriber.onSubscribe(new Subscription() {
                @Override
                public void request(long n) {
                    sink.asMono().subscribe(subscriber::onNext, subscriber::onError, subscriber::onComplete);
                }

                @Override
                public void cancel() {
                    // Deaf.
                }
            });
        }

        /** A connection as the pool hands it out. */
        Connection pooled() {
            List<Connection> connections = new ArrayList<>();
            pool.create().subscribe(connections::add);
            return connections.get(0);
        }

        void deliver() {
            deliver(pooled());
        }

        void deliver(Connection connection) {
            sink.tryEmitValue(connection);
        }
    }
}
