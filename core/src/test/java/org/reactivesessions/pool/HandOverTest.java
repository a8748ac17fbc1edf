package org.reactivesessions.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.scripted.NothingDropped;
import org.reactivesessions.scripted.OverlappingGuard;
import org.reactivesessions.scripted.ScriptedConnection;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivesessions.scripted.ScriptedDialect;
import reactor.core.Disposable;
import reactor.test.scheduler.VirtualTimeScheduler;

/** One connection, whose holder gives it away before its last command is answered. */
class HandOverTest {

    @RegisterExtension
    final NothingDropped dropped = new NothingDropped();

    private final VirtualTimeScheduler clock = VirtualTimeScheduler.getOrSet();
    private final ScriptedDatabase database = ScriptedDatabase.plain();
    private final ConnectionSource source = source(PoolOptions.defaults().maxSize(1));
    private final Lease first = Borrower.of(source).lease();
    private final ScriptedConnection connection = database.connection(0);

    @AfterEach
    void resetClock() {
        clock.dispose();
        VirtualTimeScheduler.reset();
    }

    private ConnectionSource source(PoolOptions options) {
        return new ConnectionSource(database, new ScriptedDialect().guard(new OverlappingGuard()), options);
    }

    /** Somebody who waits. */
    private final class Waiter {

        final Borrower borrower = new Borrower();
        final Acquisition acquisition;

        Waiter(boolean takesOver) {
            acquisition = source.acquisition(borrower, "waiting", takesOver);
            acquisition.start();
        }

        boolean hasLease() {
            return !borrower.leases().isEmpty();
        }
    }

    private static void end(Lease lease) {
        lease.release().block();
    }

    @Test
    void whoHasWaitedLongestMustGetItAndThePoolMustNotNotice() {
        Waiter second = new Waiter(true);
        Waiter third = new Waiter(true);
        assertThat(source.status()).isEqualTo(new PoolStatus(1, 0, 2, 1, 1, 0, 0));

        assertThat(first.handOver()).isTrue();

        Lease taken = second.borrower.lease();
        assertThat(taken.connection()).isSameAs(connection);
        assertThat(taken.isBehind()).isTrue();
        assertThat(taken.isTakenOver()).isTrue();
        assertThat(taken.isFresh()).isTrue();
        assertThat(first.isHandedOver()).isTrue();
        assertThat(first.handOver()).as("a second time").isFalse();
        assertThat(third.hasLease()).isFalse();
        assertThat(source.status()).isEqualTo(new PoolStatus(1, 0, 1, 1, 1, 0, 0));

        end(first);
        assertThat(taken.isBehind()).isFalse();
        assertThat(source.status()).isEqualTo(new PoolStatus(1, 0, 1, 1, 1, 0, 0));

        end(taken);
        assertThat(third.borrower.lease().isTakenOver()).isFalse();
        end(third.borrower.lease());
        assertThat(source.status()).isEqualTo(new PoolStatus(0, 1, 0, 1, 1, 0, 0));
        assertThat(source.line().length()).isZero();
    }

    @Test
    void nobodyMustBeOvertaken() {
        Waiter session = new Waiter(false);
        Waiter transaction = new Waiter(true);

        assertThat(first.handOver()).isFalse();
        assertThat(first.isHandedOver()).isFalse();
        end(first);

        end(session.borrower.lease());
        end(transaction.borrower.lease());
        assertThat(source.line().length()).isZero();
    }

    @Test
    void whoHasGoneMustNotBeInTheWay() {
        Waiter session = new Waiter(false);
        Waiter impatient = new Waiter(true);
        Waiter transaction = new Waiter(true);
        assertThat(session.acquisition.cancel()).isTrue();
        impatient.acquisition.expire();
        assertThat(source.line().length()).isEqualTo(1);

        assertThat(first.handOver()).isTrue();

        assertThat(transaction.hasLease()).isTrue();
        assertThat(impatient.borrower.error()).isInstanceOf(DatabaseUnavailableException.class);
        end(first);
        end(transaction.borrower.lease());
    }

    @Test
    void withoutAWaiterNothingMustChange() {
        assertThat(first.handOver()).isFalse();
        end(first);
        assertThat(first.handOver()).as("when it is over").isFalse();
        assertThat(source.status()).isEqualTo(new PoolStatus(0, 1, 0, 1, 1, 0, 0));
    }

    @Test
    void aConnectionThatIsNotCertainlyGuardedMustNotBeHandedOver() {
        Waiter second = new Waiter(true);
        first.suspect(true);

        assertThat(first.handOver()).isFalse();

        first.suspect(false);
        assertThat(first.handOver()).isTrue();
        end(first);
        end(second.borrower.lease());
    }

    @Test
    void aConnectionThatIsDueMustNotBeHandedOver() {
        ConnectionSource shortLived = source(PoolOptions.defaults().maxSize(1).maxLifeTime(Duration.ofNanos(1)));
        Lease old = Borrower.of(shortLived).lease();
        Borrower waiting = new Borrower();
        shortLived.acquisition(waiting, "waiting", true).start();

        assertThat(old.handOver()).isFalse();

        end(old);
        assertThat(waiting.lease().connection()).isNotSameAs(old.connection());
        end(waiting.lease());
    }

    @Test
    void whoWaitsWhileAnotherConnectionIsIdleMustNotGetOne() {
        ConnectionSource two = source(PoolOptions.defaults().maxSize(2));
        Lease one = Borrower.of(two).lease();
        Lease other = Borrower.of(two).lease();
        end(other);
        Acquisition late = two.acquisition(new Borrower(), "waiting", true);
        two.line().join(late); // as between its look at the pool and the answer of the pool

        assertThat(one.handOver()).isFalse();

        two.line().leave(late);
        end(one);
    }

    @Test
    void onlyWhoIsAnsweredMustCloseItAndWhoTookItMustWait() {
        Waiter second = new Waiter(true);
        first.handOver();
        Lease taken = second.borrower.lease();
        connection.inTransaction(true); // as the driver sees it until COMMIT is answered
        List<String> ends = new ArrayList<>();

        Disposable giving =
                taken.release().doOnSuccess(nothing -> ends.add("second")).subscribe();
        assertThat(ends).isEmpty();
        assertThat(connection.isOpen()).isTrue();
        assertThat(source.status().acquired()).isEqualTo(1);

        connection.inTransaction(false);
        first.release().doOnSuccess(nothing -> ends.add("first")).block();

        assertThat(ends).containsExactly("second", "first");
        assertThat(giving.isDisposed()).isTrue();
        assertThat(connection.isOpen()).isTrue();
        assertThat(source.status()).isEqualTo(new PoolStatus(0, 1, 0, 1, 1, 0, 0));
    }

    @Test
    void whoTookItMustNotCloseItBeforeItsTurn() {
        Waiter second = new Waiter(true);
        first.handOver();
        Disposable closing = second.borrower.lease().destroy().subscribe();
        assertThat(connection.isOpen()).isTrue();
        assertThat(closing.isDisposed()).isFalse();

        end(first);

        assertThat(closing.isDisposed()).isTrue();
        assertThat(connection.isOpen()).isFalse();
        assertThat(source.status()).isEqualTo(new PoolStatus(0, 0, 0, 0, 1, 0, 0));
    }

    @Test
    void whoIsNotAnsweredMayCloseItAndItsPlaceGoesWithTheOther() {
        Waiter second = new Waiter(true);
        first.handOver();
        Lease taken = second.borrower.lease();
        List<Boolean> turns = new ArrayList<>();
        taken.onTurn(() -> turns.add(connection.isOpen()));

        first.destroy().block();

        assertThat(turns).containsExactly(false);
        assertThat(taken.isOpen()).isFalse();
        assertThat(source.status().acquired()).isEqualTo(1);
        end(taken);
        assertThat(source.status()).isEqualTo(new PoolStatus(0, 0, 0, 0, 1, 0, 0));
    }

    @Test
    void aCloseThatIsNotAnsweredMustNotKeepTheOtherWaiting() {
        Waiter second = new Waiter(true);
        first.handOver();
        database.hold("CLOSE");
        first.destroy().subscribe();
        assertThat(second.borrower.lease().isBehind()).isTrue();

        clock.advanceTimeBy(Duration.ofSeconds(2));

        assertThat(second.borrower.lease().isBehind()).isFalse();
        second.borrower.lease().destroy().subscribe();
        clock.advanceTimeBy(Duration.ofSeconds(4));
        assertThat(source.status()).isEqualTo(new PoolStatus(0, 0, 0, 0, 1, 0, 0));
    }

    @Test
    void aTurnThatHasComeMustRunWhatComesLater() {
        List<String> ran = new ArrayList<>();
        first.onTurn(() -> ran.add("never taken over"));
        Waiter second = new Waiter(true);
        first.handOver();
        Lease taken = second.borrower.lease();
        taken.onTurn(() -> ran.add("before"));
        assertThat(ran).containsExactly("never taken over");

        end(first);
        taken.onTurn(() -> ran.add("after"));

        assertThat(ran).containsExactly("never taken over", "before", "after");
        end(taken);
    }
}
