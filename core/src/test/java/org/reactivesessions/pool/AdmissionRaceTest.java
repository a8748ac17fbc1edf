package org.reactivesessions.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.scripted.NothingDropped;
import org.reactivesessions.scripted.OverlappingGuard;
import org.reactivesessions.scripted.Race;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivesessions.scripted.ScriptedDialect;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Everybody who may wait does, and somebody gives back, hands over, gives up, is timed out, or comes, all at once. */
class AdmissionRaceTest {

    private static final int WAITING = 2;

    @RegisterExtension
    final NothingDropped dropped = new NothingDropped();

    /** Makes the pool open connections on the thread that asks. */
    private final VirtualTimeScheduler clock = VirtualTimeScheduler.getOrSet();

    private final ConnectionSource source = new ConnectionSource(
            ScriptedDatabase.plain(),
            new ScriptedDialect().guard(new OverlappingGuard()),
            PoolOptions.defaults().maxSize(1).maxPending(WAITING));

    @AfterEach
    void resetClock() {
        clock.dispose();
        VirtualTimeScheduler.reset();
    }

    @Test
    void theCountMustBeRightWhenOneIsGivenBack() {
        Race.run(4, () -> new Round(false));
    }

    @Test
    void theCountMustBeRightWhenOneIsHandedOver() {
        Race.run(4, () -> new Round(true));
    }

    @Test
    void theCountMustBeRightWhenOneGivesUpWhileHeAsks() {
        Race.run(2, () -> new Beginning());
    }

    /** Keeps nothing: what it gets it gives back. */
    private static final class Passing implements Acquisition.Receiver {

        private final AtomicInteger ends = new AtomicInteger();

        @Override
        public void delivered(Lease lease) {
            ends.incrementAndGet();
            lease.release().subscribe();
        }

        @Override
        public void failed(Throwable error) {
            ends.incrementAndGet();
        }
    }

    private final class Round implements Race.Round {

        private final boolean handingOver;
        private final Lease held = Borrower.of(source).lease();
        private final Passing first = new Passing();
        private final Passing second = new Passing();
        private final Passing newcomer = new Passing();
        private final Acquisition cancelled = source.acquisition(first, "cancelled", true);
        private final Acquisition expired = source.acquisition(second, "expired", true);
        private final AtomicInteger cancels = new AtomicInteger();

        Round(boolean handingOver) {
            this.handingOver = handingOver;
            cancelled.start();
            expired.start();
        }

        @Override
        public List<Runnable> contestants() {
            return List.of(
                    () -> {
                        if (handingOver) {
                            held.handOver();
                        }
                        held.release().subscribe();
                    },
                    () -> {
                        if (cancelled.cancel()) {
                            cancels.incrementAndGet();
                        }
                    },
                    expired::expire,
                    () -> source.acquisition(newcomer, "newcomer", true).start());
        }

        @Override
        public void check() {
            assertThat(first.ends.get() + cancels.get()).isEqualTo(1);
            assertThat(second.ends).hasValue(1);
            assertThat(newcomer.ends).hasValue(1);
            nobodyMustBeLeft();
        }
    }

    private final class Beginning implements Race.Round {

        private final Passing passing = new Passing();
        private final Acquisition acquisition = source.acquisition(passing, "passing", true);
        private final AtomicInteger cancels = new AtomicInteger();

        @Override
        public List<Runnable> contestants() {
            return List.of(acquisition::start, () -> {
                if (acquisition.cancel()) {
                    cancels.incrementAndGet();
                }
            });
        }

        @Override
        public void check() {
            assertThat(passing.ends.get() + cancels.get()).isEqualTo(1);
            nobodyMustBeLeft();
        }
    }

    /** One has the connection, as many wait as may, and nobody else: so nothing was counted twice, or forgotten. */
    private void nobodyMustBeLeft() {
        Borrower next = Borrower.of(source);
        List<Borrower> waiting = List.of(Borrower.of(source), Borrower.of(source));
        assertThat(Borrower.of(source).errors()).as("one too many").hasSize(1);
        next.lease().release().block();
        waiting.forEach(each -> each.lease().release().block());
        assertThat(source.status())
                .usingRecursiveComparison()
                .ignoringFields("timeouts")
                .isEqualTo(new PoolStatus(0, 1, 0, 1, 1, 0, 0, 0, WAITING));
    }
}
