package org.reactivesessions.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.dialect.StandardDialect;
import org.reactivesessions.scripted.NothingDropped;
import org.reactivesessions.scripted.Race;
import org.reactivesessions.scripted.ScriptedDatabase;
import reactor.test.scheduler.VirtualTimeScheduler;

/** One connection, one borrower who gives it back, and one who waits for it, races after races. */
class AcquisitionRaceTest {

    @RegisterExtension
    final NothingDropped dropped = new NothingDropped();

    /** Makes the pool open connections on the thread that asks. */
    private final VirtualTimeScheduler clock = VirtualTimeScheduler.getOrSet();

    private final ScriptedDatabase database = ScriptedDatabase.plain();
    private final ConnectionSource source = new ConnectionSource(
            database, new StandardDialect(), PoolOptions.defaults().maxSize(1));

    @AfterEach
    void resetClock() {
        clock.dispose();
        VirtualTimeScheduler.reset();
    }

    @Test
    void eitherTheConnectionIsDeliveredOrTheCancelCounts() {
        Race.run(2, () -> new Round(false));
        assertThat(database.opened()).isEqualTo(1);
    }

    @Test
    void cancelExpiryAndDeliveryMustExcludeEachOther() {
        Race.run(3, () -> new Round(true));
        assertThat(database.opened()).isEqualTo(1);
    }

    private final class Round implements Race.Round {

        private final boolean expiring;
        private final Lease held = Borrower.of(source).lease();
        private final Borrower waiting = new Borrower();
        private final Acquisition acquisition = source.acquisition(waiting, "report", false);
        private final AtomicBoolean cancelled = new AtomicBoolean();

        Round(boolean expiring) {
            this.expiring = expiring;
            acquisition.start();
        }

        @Override
        public List<Runnable> contestants() {
            Runnable giveBack = () -> held.release().subscribe();
            Runnable cancel = () -> cancelled.set(acquisition.cancel());
            return expiring ? List.of(giveBack, cancel, () -> acquisition.expire()) : List.of(giveBack, cancel);
        }

        @Override
        public void check() {
            int ends = waiting.leases().size() + waiting.errors().size() + (cancelled.get() ? 1 : 0);
            assertThat(ends).isEqualTo(1);
            waiting.leases().forEach(lease -> lease.release().block());
            assertThat(source.status())
                    .usingRecursiveComparison()
                    .ignoringFields("timeouts")
                    .isEqualTo(new PoolStatus(0, 1, 0, 1, 1, 0, 0));
        }
    }
}
