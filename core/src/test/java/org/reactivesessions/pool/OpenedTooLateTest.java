package org.reactivesessions.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.observation.SessionListener;
import org.reactivesessions.scripted.Exchange;
import org.reactivesessions.scripted.NothingDropped;
import org.reactivesessions.scripted.Race;
import org.reactivesessions.scripted.ScriptedConnection;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivesessions.scripted.ScriptedDialect;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

/** A connection that is open in the moment in which its time is over: somebody gets it, or it is closed. */
class OpenedTooLateTest {

    private static final Duration LIMIT = Duration.ofSeconds(1);

    @RegisterExtension
    final NothingDropped dropped = new NothingDropped();

    private final VirtualTimeScheduler clock = VirtualTimeScheduler.getOrSet();
    private final ScriptedDatabase database = ScriptedDatabase.plain();
    private final List<ScriptedConnection> handedOver = new CopyOnWriteArrayList<>();

    @AfterEach
    void resetClock() {
        clock.dispose();
        VirtualTimeScheduler.reset();
    }

    /** Keeps what has left the driver, which is not its own any more. */
    private final class HandingOver implements ConnectionFactory {

        @Override
        public Mono<ScriptedConnection> create() {
            return database.create().doOnNext(handedOver::add);
        }

        @Override
        public ConnectionFactoryMetadata getMetadata() {
            return database.getMetadata();
        }
    }

    private long now() {
        return clock.now(TimeUnit.NANOSECONDS);
    }

    /** @param lifeTime is asked while a connection is taken over */
    private PhysicalConnections connections(DoubleSupplier lifeTime) {
        ReconnectPace pace = new ReconnectPace(1_000_000, 1_000_000, clock, this::now, () -> 0);
        return new PhysicalConnections(
                new HandingOver(),
                connection -> Mono.empty(),
                LIMIT,
                pace,
                new ServerSigns(
                        new ScriptedDialect(),
                        new Trust(this::now),
                        pace,
                        new RoomToOpen(1, Duration.ofSeconds(1), this::now),
                        ConnectObserver.none(),
                        () -> 0),
                new ConnectionBook(SessionListener.none()),
                new ScriptedDialect(),
                new LifeTimes(Duration.ofMinutes(30), lifeTime),
                this::now);
    }

    @Test
    void whoeverTakesItOverTooLateMustCloseIt() {
        PhysicalConnections connections = connections(() -> {
            clock.advanceTimeBy(LIMIT);
            return 0;
        });
        TestSubscriber<PhysicalConnection> asking = TestSubscriber.create();
        connections.create().subscribe(asking);

        assertThat(asking.expectTerminalError()).isInstanceOf(TimeoutException.class);
        assertThat(database.connection(0).isOpen()).isFalse();
        assertThat(connections.count()).isZero();
    }

    @Test
    void itMustBeDeliveredOrClosedWhoeverIsFirst() {
        database.hold("CONNECT");
        PhysicalConnections connections = connections(() -> 0);
        Race.run(2, () -> new Round(connections));
    }

    private final class Round implements Race.Round {

        private final PhysicalConnections connections;
        private final TestSubscriber<PhysicalConnection> asking = TestSubscriber.create();
        private final Exchange connect;

        Round(PhysicalConnections connections) {
            this.connections = connections;
            connections.create().subscribe(asking);
            this.connect = database.last("CONNECT");
        }

        @Override
        public List<Runnable> contestants() {
            return List.of(connect::complete, () -> clock.advanceTimeBy(LIMIT));
        }

        @Override
        public void check() {
            assertThat(asking.isTerminated()).isTrue();
            asking.getReceivedOnNext()
                    .forEach(delivered -> Mono.fromDirect(delivered.close()).block());
            assertThat(handedOver).noneMatch(ScriptedConnection::isOpen);
            assertThat(connections.count()).isZero();
            handedOver.clear();
            dropped.take(); // on its way, and closed
        }
    }
}
