package org.reactivesessions.transaction;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivesessions.dialect.FailureClass;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.health.Sentinel;
import org.reactivesessions.observation.SessionListener;
import org.reactivesessions.pool.ConnectionSource;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.resilience.AcquisitionPolicy;
import org.reactivesessions.resilience.ResilienceOptions;
import org.reactivesessions.scripted.Race;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivesessions.scripted.ScriptedDialect;
import org.reactivesessions.wire.Patience;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.test.scheduler.VirtualTimeScheduler;

/** A cancel, the deadline and the next attempt at the same moment: the receiver hears exactly once, or the cancel won. */
class PoolEntryRaceTest {

    private static final SessionListener SILENT = (name, phase, outcome, error) -> {};

    /** One round: a first attempt that has failed, and what comes next. */
    private static final class Moment implements Race.Round, Entry.Receiver {

        private final VirtualTimeScheduler clock = VirtualTimeScheduler.get(); // which the pool runs on, too
        private final ScriptedDatabase database = ScriptedDatabase.plain();
        private final ScriptedDialect dialect = new ScriptedDialect();
        private Runnable whileAsking = () -> {};
        private final AcquisitionPolicy policy = new AcquisitionPolicy(
                ResilienceOptions.defaults(),
                error -> dialect.classify(LifePhase.ACQUIRING, error) == FailureClass.OUTAGE,
                SILENT,
                () -> {
                    whileAsking.run(); // a permission says when it was given
                    return clock.now(TimeUnit.NANOSECONDS);
                });
        private final ConnectionSource source = new ConnectionSource(
                database,
                connection -> Mono.empty(),
                dialect,
                PoolOptions.defaults().maxSize(1),
                policy,
                clock,
                System::nanoTime);
        private final PoolEntry entry = new PoolEntry(
                this,
                new PoolAccess(
                        source,
                        policy,
                        new Patience(Patience.DEFAULT, clock, () -> 0),
                        Stage.unheard(),
                        new Holders(1),
                        true,
                        new Pauses(),
                        () -> clock.now(TimeUnit.NANOSECONDS)),
                (lease, gate) -> new TransactionConnection(
                        lease,
                        dialect,
                        TransactionOptions.defaults().named("race"),
                        gate,
                        null,
                        new Sentinel(null, clock),
                        null),
                false,
                false,
                "race");
        private @Nullable Runnable nextAttempt;
        private final AtomicInteger heard = new AtomicInteger();
        private final boolean expires;
        private volatile boolean cancelled;
        private volatile @Nullable HeldConnection held;

        Moment(boolean expires) {
            this.expires = expires;
            AtomicInteger attempts = new AtomicInteger();
            database.fails("CONNECT", () -> {
                if (attempts.incrementAndGet() == 1) {
                    database.recovers("CONNECT");
                }
                return new R2dbcNonTransientResourceException("refused", "08001");
            });
            entry.start();
        }

        /** Keeps what is to run after a pause, also when it is disposed of: that may come too late. */
        private final class Pauses implements Scheduler {

            @Override
            public Disposable schedule(Runnable task) {
                return schedule(task, 0, TimeUnit.NANOSECONDS);
            }

            @Override
            public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
                nextAttempt = task;
                return Disposables.single();
            }

            @Override
            public Worker createWorker() {
                throw new UnsupportedOperationException();
            }
        }

        void tryAgain() {
            requireNonNull(nextAttempt).run();
        }

        int heard() {
            return heard.get();
        }

        @Override
        public List<Runnable> contestants() {
            return List.of(this::tryAgain, expires ? entry::expire : () -> cancelled = entry.cancel());
        }

        @Override
        public void delivered(HeldConnection connection) {
            heard.incrementAndGet();
            held = connection;
        }

        @Override
        public void failed(Throwable error) {
            heard.incrementAndGet();
        }

        @Override
        public void end(@Nullable Throwable why) {
            throw new AssertionError(why);
        }

        @Override
        public void check() {
            assertThat(heard.get() + (cancelled ? 1 : 0))
                    .as("heard or cancelled")
                    .isEqualTo(1);
            HeldConnection connection = held;
            if (connection != null) {
                Stage.subscribe(connection.release());
            }
            assertThat(source.status().acquired()).isZero();
            assertThat(source.status().pending()).isZero();
            Stage.subscribe(source.close());
        }
    }

    @BeforeEach
    void stopTheClock() {
        VirtualTimeScheduler.getOrSet();
    }

    @AfterEach
    void letTheClockGo() {
        VirtualTimeScheduler.reset();
    }

    @Test
    void aCancelInThePauseMustWinThoughTheNextAttemptIsOnItsWay() {
        Moment moment = new Moment(false);
        assertThat(moment.entry.cancel()).isTrue();
        moment.tryAgain();

        assertThat(moment.heard()).isZero();
        assertThat(moment.database.opened()).isZero();
    }

    @Test
    void theDeadlineInThePauseMustBeHeardOnceThoughTheNextAttemptIsOnItsWay() {
        Moment moment = new Moment(true);
        moment.entry.expire();
        moment.tryAgain();

        assertThat(moment.heard()).isOne();
    }

    @Test
    void aCancelWhileTheNextAttemptIsAskedForMustBeHeardFromThere() {
        Moment moment = new Moment(false);
        moment.whileAsking = () -> assertThat(moment.entry.cancel()).isFalse();
        moment.tryAgain();

        assertThat(moment.heard()).isOne();
        assertThat(moment.database.opened()).isZero();
    }

    @Test
    void aCancelMustWinOrBeHeard() {
        Race.run(2, () -> new Moment(false));
    }

    @Test
    void theDeadlineMustEndItOnce() {
        Race.run(2, () -> new Moment(true));
    }
}
