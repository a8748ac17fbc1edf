package org.reactivesessions.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.dialect.StandardDialect;
import org.reactivesessions.scripted.NothingDropped;
import org.reactivesessions.scripted.Race;
import org.reactivesessions.scripted.ScriptedDatabase;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

class LeaseRaceTest {

    @RegisterExtension
    final NothingDropped dropped = new NothingDropped();

    /** Makes the pool open connections on the thread that asks. */
    private final VirtualTimeScheduler clock = VirtualTimeScheduler.getOrSet();

    private final ScriptedDatabase database = ScriptedDatabase.plain();
    private final ConnectionSource source = new ConnectionSource(
            database, new StandardDialect(), PoolOptions.defaults().maxSize(2));
    private final List<Throwable> errors = new CopyOnWriteArrayList<>();

    @AfterEach
    void resetClock() {
        clock.dispose();
        VirtualTimeScheduler.reset();
    }

    @Test
    void aLeaseThatIsReleasedTwiceMustBeGivenBackOnce() {
        Race.run(2, () -> new Round(List.of(Lease::release, Lease::release)));
        assertThat(database.opened()).isEqualTo(1);
        assertThat(source.status()).isEqualTo(new PoolStatus(0, 1, 0, 1, 2, 0, 0));
    }

    @Test
    void aLeaseThatIsReleasedAndDestroyedMustEndOnce() {
        Race.run(3, () -> new Round(List.of(Lease::release, Lease::destroy, Lease::release)));
    }

    private interface End {
        Mono<Void> of(Lease lease);
    }

    private final class Round implements Race.Round {

        private final Lease lease = Borrower.of(source).lease();
        private final List<End> ends;

        Round(List<End> ends) {
            this.ends = ends;
        }

        @Override
        public List<Runnable> contestants() {
            return ends.stream()
                    .<Runnable>map(end -> () -> end.of(lease).subscribe(nothing -> {}, errors::add))
                    .toList();
        }

        @Override
        public void check() {
            assertThat(errors).isEmpty();
            assertThat(source.status().acquired()).isZero();
            assertThat(source.status().allocated()).isEqualTo(lease.isOpen() ? 1 : 0);
        }
    }
}
