package org.reactivesessions.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.FailureKind;
import org.reactivesessions.scripted.NothingDropped;
import org.reactivesessions.scripted.OverlappingGuard;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivesessions.scripted.ScriptedDialect;
import reactor.test.scheduler.VirtualTimeScheduler;

/** How many may wait, whatever becomes of those before. */
class AdmissionTest {

    private static final int WAITING = 2;

    @RegisterExtension
    final NothingDropped dropped = new NothingDropped();

    /** Makes the pool open connections on the thread that asks. */
    private final VirtualTimeScheduler clock = VirtualTimeScheduler.getOrSet();

    private final ScriptedDatabase database = ScriptedDatabase.plain();
    private final ConnectionSource source = new ConnectionSource(
            database,
            new ScriptedDialect().guard(new OverlappingGuard()),
            PoolOptions.defaults().maxSize(1).maxPending(WAITING));

    @AfterEach
    void resetClock() {
        clock.dispose();
        VirtualTimeScheduler.reset();
    }

    private List<Borrower> borrow(int count) {
        return Stream.generate(() -> Borrower.of(source)).limit(count).toList();
    }

    private static boolean isRefused(Borrower borrower) {
        return !borrower.errors().isEmpty()
                && borrower.error() instanceof DatabaseUnavailableException refusal
                && refusal.kind() == FailureKind.SATURATED
                && String.valueOf(refusal.getMessage()).contains("scopes are waiting already");
    }

    /** One has the connection, as many wait as may, and nobody else: so nothing was counted twice, or forgotten. */
    private void nobodyMustBeLeft() {
        List<Borrower> all = borrow(1 + WAITING);
        assertThat(all).noneMatch(AdmissionTest::isRefused);
        assertThat(Borrower.of(source)).matches(AdmissionTest::isRefused);
        all.forEach(each -> each.lease().release().block());
        assertThat(source.status()).isEqualTo(new PoolStatus(0, 1, 0, 1, 1, 0, 0, 0, WAITING));
    }

    private Acquisition waiting(Borrower borrower) {
        Acquisition acquisition = source.acquisition(borrower, "waiting", true);
        acquisition.start();
        return acquisition;
    }

    /** The pool would tell him in the middle of serving the others, and serve nobody until he has listened. */
    @Test
    void whoIsRefusedMustNotKeepTheOthersWaiting() throws InterruptedException {
        Lease held = Borrower.of(source).lease();
        CountDownLatch served = new CountDownLatch(1);
        source.acquisition(new Listener(served::countDown, error -> {}), "waiting", false)
                .start();
        Borrower.of(source);
        AtomicBoolean servedMeanwhile = new AtomicBoolean();
        Thread holder = new Thread(() -> held.release().block());

        source.acquisition(
                        new Listener(() -> {}, error -> {
                            holder.start();
                            servedMeanwhile.set(await(served));
                        }),
                        "refused",
                        false)
                .start();
        holder.join(TimeUnit.SECONDS.toMillis(30));

        assertThat(servedMeanwhile).isTrue();
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /** Gives nothing back. */
    private record Listener(Runnable whenDelivered, Consumer<Throwable> whenFailed) implements Acquisition.Receiver {

        @Override
        public void delivered(Lease lease) {
            whenDelivered.run();
        }

        @Override
        public void failed(Throwable error) {
            whenFailed.accept(error);
        }
    }

    @Test
    void whoIsRefusedMayAskAgainAtOnce() {
        Lease held = Borrower.of(source).lease();
        List<Borrower> waiting = borrow(WAITING);
        Borrower second = new Borrower();
        source.acquisition(
                        new Listener(() -> {}, error -> {
                            held.release().block();
                            source.acquisition(second, "again", false).start();
                        }),
                        "refused",
                        false)
                .start();

        assertThat(second.errors()).isEmpty();
        waiting.forEach(each -> each.lease().release().block());
        second.lease().release().block();
        nobodyMustBeLeft();
    }

    @Test
    void whoGivesUpMustMakeRoomForOneOther() {
        Lease held = Borrower.of(source).lease();
        Borrower.of(source);
        Borrower impatient = new Borrower();
        Acquisition leaving = waiting(impatient);
        assertThat(Borrower.of(source)).matches(AdmissionTest::isRefused);
        leaving.cancel();
        leaving.cancel();
        Borrower late = new Borrower();
        Acquisition expiring = waiting(late);
        assertThat(late.errors()).isEmpty();
        assertThat(Borrower.of(source)).matches(AdmissionTest::isRefused);
        expiring.expire();
        expiring.cancel();
        assertThat(Borrower.of(source).errors()).isEmpty();
        assertThat(Borrower.of(source)).matches(AdmissionTest::isRefused);
        held.destroy().block();
        held.release().block();
    }

    @Test
    void whoNeverAskedMustNotCount() {
        for (int i = 0; i < 10; i++) {
            Acquisition unused = source.acquisition(new Borrower(), "unused", false);
            unused.cancel();
            unused.start();
        }
        nobodyMustBeLeft();
    }

    @Test
    void aConnectionThatCannotBeOpenedMustNotCount() {
        database.fails("CONNECT", () -> new R2dbcNonTransientResourceException("refused"));
        for (int i = 0; i < 10; i++) {
            assertThat(Borrower.of(source).error()).hasMessageContaining("refused");
            clock.advanceTimeBy(Duration.ofSeconds(1));
        }
        database.recovers("CONNECT");
        nobodyMustBeLeft();
    }

    @Test
    void oneThatWasDestroyedMustNotCount() {
        for (int i = 0; i < 10; i++) {
            Lease lease = Borrower.of(source).lease();
            lease.destroy().block();
            lease.destroy().block();
            lease.release().block();
            clock.advanceTimeBy(Duration.ofSeconds(1));
        }
        nobodyMustBeLeft();
    }

    @Test
    void oneThatIsHandedOverMustCountForWhoeverHasIt() {
        Lease first = Borrower.of(source).lease();
        Borrower second = new Borrower();
        waiting(second);
        assertThat(first.handOver()).isTrue();
        List<Borrower> waiting = borrow(WAITING);
        assertThat(waiting).noneMatch(AdmissionTest::isRefused);
        assertThat(Borrower.of(source)).matches(AdmissionTest::isRefused);

        first.release().block();
        assertThat(Borrower.of(source)).matches(AdmissionTest::isRefused);
        second.lease().release().block();
        waiting.forEach(each -> each.lease().release().block());
        nobodyMustBeLeft();
    }

    @Test
    void aConnectionThatComesTooLateMustNotCount() {
        database.hold("CONNECT");
        for (int i = 0; i < 10; i++) {
            Borrower gone = new Borrower();
            waiting(gone).cancel();
        }
        database.letPass("CONNECT").completeAll("CONNECT");
        nobodyMustBeLeft();
    }

    /** Those for whom the database has no room wait, and are as many as may wait. */
    @Test
    void whereThereIsRoomForFewerTheyMustNotBeCountedAsIfTheyWereServed() {
        RoomToOpen room = new RoomToOpen(10, Duration.ofSeconds(1), () -> 0);
        Admission admission = new Admission(WAITING, room);
        room.refused(() -> 3);
        for (int i = 0; i < 3 + WAITING; i++) {
            assertThat(admission.enter()).isTrue();
        }
        assertThat(admission.enter()).isFalse();
        admission.leave();
        assertThat(admission.enter()).isTrue();
    }
}
