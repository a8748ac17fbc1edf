package org.reactivesessions.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.scripted.NothingDropped;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivesessions.scripted.ScriptedDialect;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class WarmUpTest {

    private static final int CORE = 3;
    private static final int OVERFLOW = 2;
    private static final Duration LOOK = Duration.ofSeconds(30);

    @RegisterExtension
    final NothingDropped dropped = new NothingDropped();

    private final VirtualTimeScheduler clock = VirtualTimeScheduler.getOrSet();
    private final ScriptedDatabase database = ScriptedDatabase.plain();
    private final ConnectionSource source = source(PoolOptions.defaults().size(CORE, OVERFLOW));

    private ConnectionSource source(PoolOptions options) {
        return new ConnectionSource(
                database,
                connection -> Mono.empty(),
                new ScriptedDialect(),
                options,
                ConnectObserver.none(),
                clock,
                () -> clock.now(TimeUnit.NANOSECONDS));
    }

    @AfterEach
    void resetClock() {
        clock.dispose();
        VirtualTimeScheduler.reset();
    }

    private Borrower borrow() {
        Borrower borrower = Borrower.of(source);
        clock.advanceTime();
        return borrower;
    }

    private static void giveBack(List<Borrower> borrowers) {
        borrowers.forEach(borrower -> borrower.lease().release().block());
    }

    private List<Borrower> borrow(int count) {
        return IntStream.range(0, count).mapToObj(any -> borrow()).toList();
    }

    @Test
    void nothingMustBeOpenedBeforeItIsNeeded() {
        clock.advanceTimeBy(LOOK);
        assertThat(database.count("CONNECT")).isZero();
    }

    @Test
    void theFirstBorrowerMustFindTheOthersBeingOpenedBesideHis() {
        database.hold("CONNECT");
        Borrower borrower = borrow();

        assertThat(database.count("CONNECT")).isEqualTo(CORE);
        database.completeAll("CONNECT");
        clock.advanceTime();

        borrower.lease();
        assertThat(source.status()).isEqualTo(new PoolStatus(1, 2, 0, 3, 5, 3, 0));
        assertThat(source.status().overflow()).isZero();
        assertThat(source.status().utilization()).isEqualTo(0.2);
    }

    @Test
    void aPoolThatKeepsNoneMustOpenOnlyWhatIsNeeded() {
        ConnectionSource lazy = source(PoolOptions.defaults().maxSize(5));
        Borrower.of(lazy);
        clock.advanceTimeBy(LOOK);
        StepVerifier.create(lazy.warmUp()).verifyComplete();

        assertThat(lazy.status()).isEqualTo(new PoolStatus(1, 0, 0, 1, 5, 0, 0));
    }

    @Test
    void moreThanAreKeptMustBeClosedWhenTheyAreNotUsed() {
        giveBack(borrow(CORE + OVERFLOW));
        assertThat(source.status().allocated()).isEqualTo(CORE + OVERFLOW);
        assertThat(source.status().overflow()).isEqualTo(OVERFLOW);

        clock.advanceTimeBy(PoolOptions.defaults().maxIdleTime().plus(LOOK));

        assertThat(source.status()).isEqualTo(new PoolStatus(0, CORE, 0, CORE, CORE + OVERFLOW, CORE, 0));
        assertThat(database.wire()).containsExactly("CLOSE", "CLOSE");
    }

    @Test
    void oneThatIsGoneMustBeReplacedWithinTheInterval() {
        giveBack(List.of(borrow()));
        database.connection(0).lose();
        database.connection(1).lose();

        clock.advanceTimeBy(LOOK.multipliedBy(2)); // one look finds them lost, the next that they are missing

        assertThat(source.status()).isEqualTo(new PoolStatus(0, CORE, 0, CORE, CORE + OVERFLOW, CORE, 0));
        assertThat(database.opened()).isEqualTo(CORE + 2);
    }

    /** The pool's own way of warming up would keep the places of those it gave up when the first one failed. */
    @Test
    void whatCannotBeOpenedMustCostNoPlaceAndBeTriedAgain() {
        database.fails("CONNECT", () -> new R2dbcNonTransientResourceException("refused", "08001"));
        StepVerifier.create(source.warmUp())
                .then(() -> clock.advanceTimeBy(Duration.ofSeconds(1))) // one after the other
                .verifyComplete();
        assertThat(source.status().allocated()).isZero();

        database.recovers("CONNECT");
        clock.advanceTimeBy(LOOK);
        assertThat(source.status().idle()).isEqualTo(CORE);
        assertThat(borrow(CORE + OVERFLOW)).allSatisfy(Borrower::lease);
    }

    @Test
    void whatHangsMustCostNoPlaceForLongerThanOpeningMayTake() {
        database.hold("CONNECT");
        source.warmUp().subscribe();
        clock.advanceTime();
        assertThat(source.status().allocated()).isEqualTo(CORE);
        database.letPass("CONNECT");

        assertThat(borrow(OVERFLOW)).allSatisfy(Borrower::lease);
        clock.advanceTimeBy(PoolOptions.defaults().createTimeout());

        assertThat(source.status().allocated()).isEqualTo(OVERFLOW);
    }

    @Test
    void whoWaitsForThemMustHearWhenTheyAreThereAndMayGo() {
        database.hold("CONNECT");
        Disposable gone = source.warmUp().subscribe();
        clock.advanceTime();
        gone.dispose();
        database.completeAll("CONNECT");
        clock.advanceTime();

        assertThat(source.status()).isEqualTo(new PoolStatus(0, CORE, 0, CORE, CORE + OVERFLOW, CORE, 0));
        StepVerifier.create(source.warmUp()).verifyComplete();
        assertThat(database.opened()).isEqualTo(CORE);
    }

    @Test
    void aClosedPoolMustKeepNothing() {
        giveBack(List.of(borrow()));
        source.close().block();
        clock.advanceTimeBy(LOOK.multipliedBy(2));
        StepVerifier.create(source.warmUp()).verifyComplete();

        assertThat(database.opened()).isEqualTo(CORE);
        assertThat(source.status().idle()).isZero();
    }
}
