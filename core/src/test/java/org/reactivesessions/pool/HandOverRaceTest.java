package org.reactivesessions.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.scripted.NothingDropped;
import org.reactivesessions.scripted.OverlappingGuard;
import org.reactivesessions.scripted.Race;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivesessions.scripted.ScriptedDialect;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Who waits, and everything that can happen to him at once: one end for everybody, one holder for every connection. */
class HandOverRaceTest {

    @RegisterExtension
    final NothingDropped dropped = new NothingDropped();

    /** Makes the pool open connections on the thread that asks. */
    private final VirtualTimeScheduler clock = VirtualTimeScheduler.getOrSet();

    private final ScriptedDatabase database = ScriptedDatabase.plain();

    @AfterEach
    void resetClock() {
        clock.dispose();
        VirtualTimeScheduler.reset();
    }

    private ConnectionSource source(int size) {
        return new ConnectionSource(
                database,
                new ScriptedDialect().guard(new OverlappingGuard()),
                PoolOptions.defaults().maxSize(size));
    }

    @Test
    void handOverAndCancelMustExcludeEachOther() {
        ConnectionSource source = source(2);
        Race.run(2, () -> new Waiting(source, false, false));
        assertThat(database.opened()).isEqualTo(2);
    }

    @Test
    void handOverDeliveryCancelAndExpiryMustExcludeEachOther() {
        ConnectionSource source = source(2);
        Race.run(4, () -> new Waiting(source, true, false));
        assertThat(database.opened()).isEqualTo(2);
    }

    @Test
    void somebodyWhoBeginsToWaitMustBeFoundOrServedByThePool() {
        ConnectionSource source = source(2);
        Race.run(4, () -> new Waiting(source, true, true));
        assertThat(database.opened()).isEqualTo(2);
    }

    @Test
    void twoConnectionsThatAreHandedOverMustGoToTwo() {
        ConnectionSource source = source(2);
        Race.run(2, () -> new Race.Round() {

            private final List<Lease> held =
                    List.of(Borrower.of(source).lease(), Borrower.of(source).lease());
            private final List<Borrower> waiting = List.of(new Borrower(), new Borrower());

            {
                waiting.forEach(borrower ->
                        source.acquisition(borrower, "waiting", true).start());
            }

            @Override
            public List<Runnable> contestants() {
                return held.stream().<Runnable>map(lease -> lease::handOver).toList();
            }

            @Override
            public void check() {
                assertThat(held).allMatch(Lease::isHandedOver);
                assertThat(waiting.get(0).lease().connection())
                        .isNotSameAs(waiting.get(1).lease().connection());
                held.forEach(lease -> lease.release().block());
                waiting.forEach(borrower -> borrower.lease().release().block());
                assertThat(source.status())
                        .usingRecursiveComparison()
                        .ignoringFields("timeouts")
                        .isEqualTo(new PoolStatus(0, 2, 0, 2, 2, 0, 0));
                assertThat(source.line().length()).isZero();
            }
        });
    }

    @Test
    void theTurnAndTheEndOfWhoTookItMustGiveItBackOnce() {
        ConnectionSource source = source(1);
        Race.run(2, () -> new Race.Round() {

            private final Lease held = Borrower.of(source).lease();
            private final Borrower waiting = new Borrower();

            {
                source.acquisition(waiting, "waiting", true).start();
                held.handOver();
            }

            @Override
            public List<Runnable> contestants() {
                return List.of(
                        () -> held.release().subscribe(),
                        () -> waiting.lease().release().subscribe());
            }

            @Override
            public void check() {
                assertThat(source.status()).isEqualTo(new PoolStatus(0, 1, 0, 1, 1, 0, 0));
            }
        });
        assertThat(database.opened()).isEqualTo(1);
    }

    /** The limit of a COMMIT passes while its connection is being handed over. */
    @Test
    void aConnectionThatIsDestroyedMustBeRefusedOrFoundLost() {
        ConnectionSource source = source(1);
        Race.run(2, () -> new Race.Round() {

            private final Lease held = Borrower.of(source).lease();
            private final Borrower waiting = new Borrower();
            private final AtomicBoolean given = new AtomicBoolean();

            {
                source.acquisition(waiting, "waiting", true).start();
            }

            @Override
            public List<Runnable> contestants() {
                return List.of(() -> held.destroy().subscribe(), () -> given.set(held.handOver()));
            }

            @Override
            public void check() {
                assertThat(waiting.leases().size() + waiting.errors().size()).isEqualTo(1);
                assertThat(held.isOpen()).isFalse();
                if (given.get()) {
                    Lease lost = waiting.lease();
                    assertThat(lost.isOpen()).isFalse();
                    assertThat(lost.isTakenOver()).isTrue();
                    assertThat(lost.isBehind()).isFalse();
                }
                waiting.leases().forEach(lease -> lease.destroy().block());
                PoolStatus left = source.status();
                assertThat(left.idle())
                        .as("the pool may have begun to open another one for whoever waited")
                        .isBetween(0, given.get() ? 0 : 1);
                assertThat(left).isEqualTo(new PoolStatus(0, left.idle(), 0, left.idle(), 1, 0, 0));
                assertThat(source.line().length()).isZero();
            }
        });
    }

    /** Two connections are out, and somebody waits: one may be handed over, the other one is given back. */
    private static final class Waiting implements Race.Round {

        private final ConnectionSource source;
        private final boolean everything;
        private final Lease giving;
        private final Lease returning;
        private final Borrower waiting = new Borrower();
        private final Acquisition acquisition;
        private final boolean late;
        private final AtomicBoolean given = new AtomicBoolean();
        private final AtomicBoolean cancelled = new AtomicBoolean();

        /** @param late whether the wait begins during the race */
        Waiting(ConnectionSource source, boolean everything, boolean late) {
            this.source = source;
            this.everything = everything;
            this.late = late;
            giving = Borrower.of(source).lease();
            returning = Borrower.of(source).lease();
            acquisition = source.acquisition(waiting, "waiting", true);
            if (!late) {
                acquisition.start();
            }
        }

        @Override
        public List<Runnable> contestants() {
            Runnable giveAway = () -> given.set(giving.handOver());
            Runnable cancel = () -> cancelled.set(acquisition.cancel());
            Runnable giveBack = () -> returning.release().subscribe();
            Runnable other = late ? acquisition::start : acquisition::expire;
            return everything ? List.of(giveAway, cancel, giveBack, other) : List.of(giveAway, cancel);
        }

        @Override
        public void check() {
            int ends = waiting.leases().size() + waiting.errors().size() + (cancelled.get() ? 1 : 0);
            assertThat(ends).isEqualTo(1);
            assertThat(given.get()).isEqualTo(giving.isHandedOver());
            waiting.leases().forEach(lease -> assertThat(lease.isTakenOver()).isEqualTo(given.get()));
            assertThat(source.line().length()).as("who is not waiting any more").isZero();
            Stream.concat(Stream.of(giving, returning), waiting.leases().stream())
                    .forEach(lease -> lease.release().block());
            assertThat(source.status())
                    .usingRecursiveComparison()
                    .ignoringFields("timeouts")
                    .isEqualTo(new PoolStatus(0, 2, 0, 2, 2, 0, 0));
        }
    }
}
