package org.reactivesessions.postgres.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.matrix.Invariant.I10;

import io.r2dbc.spi.ConnectionFactories;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.reactivesessions.pool.Acquisition;
import org.reactivesessions.pool.ConnectObserver;
import org.reactivesessions.pool.ConnectionSource;
import org.reactivesessions.pool.Lease;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.postgres.PostgresDialect;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Connections of a real server whose time passes in a moment. */
class LifeTimeRowsIT extends FaultRows {

    /** So many that by chance alone their ends leave a fifth of the window free once in a million runs. */
    private static final int CONNECTIONS = 80;

    private static final Duration LIFE = Duration.ofMinutes(30);
    private static final Duration WINDOW = LIFE.dividedBy(5);
    private static final Duration LOOK = Duration.ofSeconds(30);

    private final TestDatabase database;

    LifeTimeRowsIT(TestDatabase database) {
        super(database, settings -> settings);
        this.database = database;
    }

    private static final class Borrowers implements Acquisition.Receiver {

        final List<Lease> leases = new CopyOnWriteArrayList<>();
        final List<Throwable> errors = new CopyOnWriteArrayList<>();

        @Override
        public void delivered(Lease lease) {
            leases.add(lease);
        }

        @Override
        public void failed(Throwable error) {
            errors.add(error);
        }
    }

    @FaultRow(
            value = 55,
            invariants = {I10})
    @Test
    void connectionsThatWereOpenedTogetherMustNotEndTogether() {
        VirtualTimeScheduler clock = VirtualTimeScheduler.create();
        ConnectionSource source = new ConnectionSource(
                ConnectionFactories.get(database.r2dbcUrl()),
                connection -> Mono.empty(),
                new PostgresDialect(),
                PoolOptions.defaults().maxSize(CONNECTIONS).maxLifeTime(LIFE).maxIdleTime(LIFE.multipliedBy(2)),
                ConnectObserver.none(),
                clock,
                () -> clock.now(TimeUnit.NANOSECONDS));
        openAll(source);

        List<Duration> ends = new ArrayList<>();
        Duration now = Duration.ZERO;
        while (source.status().allocated() > 0) {
            int before = source.status().allocated();
            now = now.plus(LOOK);
            clock.advanceTimeBy(LOOK);
            for (int gone = before - source.status().allocated(); gone > 0; gone--) {
                ends.add(now);
            }
        }

        check().spread(ends, LIFE.minus(WINDOW.dividedBy(2)), WINDOW.plus(LOOK));
        assertThat(ends).hasSize(CONNECTIONS);
        source.close().block(ServerFixture.PATIENCE);
        clock.dispose();
    }

    private static void openAll(ConnectionSource source) {
        Borrowers borrowers = new Borrowers();
        for (int i = 0; i < CONNECTIONS; i++) {
            source.acquisition(borrowers, "borrower " + i, false).start();
        }
        Patience.until("not all were opened", () -> borrowers.leases.size() + borrowers.errors.size() == CONNECTIONS);
        assertThat(borrowers.errors).isEmpty();
        Flux.fromIterable(borrowers.leases).concatMap(Lease::release).blockLast(ServerFixture.PATIENCE);
        assertThat(source.status().idle()).isEqualTo(CONNECTIONS);
    }
}
