package org.reactivesessions.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.util.RaceTestUtils;

class ReconnectPaceTest {

    private static final int AT_ONCE = 20;
    private static final int PER_SECOND = 20;
    private static final Duration TURN = Duration.ofMillis(50);

    private final VirtualTimeScheduler clock = VirtualTimeScheduler.create();
    private final ReconnectPace pace = pace(0);
    private final List<Duration> turns = new ArrayList<>();
    private final List<Throwable> errors = new ArrayList<>();

    @AfterEach
    void dispose() {
        clock.dispose();
    }

    private ReconnectPace pace(double chance) {
        return new ReconnectPace(AT_ONCE, PER_SECOND, clock, this::now, () -> chance);
    }

    private static ReconnectPace afterAnOutage(ReconnectPace left) {
        left.outage();
        return left;
    }

    private long now() {
        return clock.now(TimeUnit.NANOSECONDS);
    }

    private Disposable ask(ReconnectPace asked) {
        return asked.turn().subscribe(nothing -> {}, errors::add, () -> turns.add(Duration.ofNanos(now())));
    }

    private void askAll(ReconnectPace asked, int count) {
        for (int i = 0; i < count; i++) {
            ask(asked);
        }
    }

    @Test
    void aColdPoolMustOpenAllOfItsConnectionsAtOnce() {
        askAll(pace, AT_ONCE);
        assertThat(turns).hasSize(AT_ONCE).containsOnly(Duration.ZERO);
    }

    @Test
    void whatComesThenMustComeOneByOneInEqualParts() {
        askAll(pace, AT_ONCE + 3);
        clock.advanceTimeBy(TURN.multipliedBy(2));
        assertThat(turns).hasSize(AT_ONCE + 2);
        clock.advanceTimeBy(TURN);
        assertThat(turns.subList(AT_ONCE, AT_ONCE + 3))
                .containsExactly(TURN, TURN.multipliedBy(2), TURN.multipliedBy(3));
    }

    @Test
    void turnsThatNobodyTakesMustBeSavedUpToAllOfThem() {
        askAll(pace, AT_ONCE);
        clock.advanceTimeBy(Duration.ofHours(1));
        turns.clear();
        askAll(pace, AT_ONCE + 1);
        assertThat(turns).hasSize(AT_ONCE);
    }

    @Test
    void afterAnOutageOnlyOneMustComeAtOnce() {
        pace.outage();
        askAll(pace, 3);
        assertThat(turns).hasSize(1);
        clock.advanceTimeBy(TURN.multipliedBy(2));
        assertThat(turns).hasSize(3);
    }

    /** However long it lasts: those that save for an outage of an hour would all come in the moment of its end. */
    @Test
    void duringAnOutageNobodyMustSave() {
        pace.outage();
        clock.advanceTimeBy(Duration.ofHours(1));
        askAll(pace, 3);
        assertThat(turns).hasSize(1);
    }

    @Test
    void whenOneWasOpenedTurnsMustBeSavedAgain() {
        pace.outage();
        ask(pace);
        pace.opened();
        clock.advanceTimeBy(TURN.multipliedBy(4));
        turns.clear();
        askAll(pace, 10);
        assertThat(turns).hasSize(4);
    }

    @Test
    void eachConnectionThatWasLostMustTakeItsShareAndLeaveTheLast() {
        pace.lost();
        askAll(pace, AT_ONCE);
        assertThat(turns).hasSize(AT_ONCE - 1);

        ReconnectPace ofFour = new ReconnectPace(4, PER_SECOND, clock, this::now, () -> 0);
        ofFour.lost();
        turns.clear();
        askAll(ofFour, AT_ONCE);
        assertThat(turns).hasSize(AT_ONCE - AT_ONCE / 4);

        ReconnectPace another = pace(0);
        for (int i = 0; i < 2 * AT_ONCE; i++) {
            another.lost();
        }
        turns.clear();
        askAll(another, AT_ONCE);
        assertThat(turns).hasSize(1);
    }

    /** As when none is used twice: that is no reason to be slow. */
    @Test
    void whoClosesAConnectionByChoiceMustGiveItsTurnBack() {
        for (int i = 0; i < 10 * AT_ONCE; i++) {
            ask(pace);
            pace.freed();
        }
        assertThat(turns).hasSize(10 * AT_ONCE).containsOnly(Duration.ZERO);
        turns.clear();
        pace.freed();
        askAll(pace, AT_ONCE + 1);
        assertThat(turns).hasSize(AT_ONCE);
    }

    /** Otherwise a pool that closes each connection after its use would be bound to the rate for as long as somebody waits. */
    @Test
    void aTurnThatIsGivenBackMustGoToWhoeverWaits() {
        askAll(pace, AT_ONCE);
        turns.clear();
        askAll(pace, 3);
        pace.freed();
        pace.freed();

        assertThat(turns).hasSize(2).containsOnly(Duration.ZERO);
    }

    @Test
    void duringAnOutageNothingMustBeGivenBack() {
        pace.outage();
        ask(pace);
        for (int i = 0; i < AT_ONCE; i++) {
            pace.freed();
        }
        turns.clear();
        askAll(pace, 2);
        assertThat(turns).hasSize(1);
    }

    /** So that processes that begin together do not go on together. */
    @Test
    void eachMustComeAtSomeMomentOfItsOwnPart() {
        Random random = new Random(54);
        ReconnectPace jittered =
                afterAnOutage(new ReconnectPace(AT_ONCE, PER_SECOND, clock, this::now, random::nextDouble));
        askAll(jittered, 1 + 100);
        clock.advanceTimeBy(Duration.ofSeconds(10));

        assertThat(turns).hasSize(101);
        List<Long> moments = new ArrayList<>();
        for (int part = 1; part <= 100; part++) {
            long moment = turns.get(part).minus(TURN.multipliedBy(part)).toNanos();
            assertThat(moment).as("within part %s", part).isBetween(-1L, TURN.toNanos());
            moments.add(moment);
        }
        assertThat(moments.stream().filter(moment -> moment < TURN.toNanos() / 2))
                .as("in the first half of its part")
                .hasSizeBetween(25, 75);
    }

    @Test
    void noSecondMustHaveMoreThanItsTurns() {
        Random random = new Random(10);
        ReconnectPace jittered =
                afterAnOutage(new ReconnectPace(AT_ONCE, PER_SECOND, clock, this::now, random::nextDouble));
        askAll(jittered, 200);
        clock.advanceTimeBy(Duration.ofSeconds(10));
        for (int second = 0; second < 10; second++) {
            Duration from = Duration.ofSeconds(second);
            assertThat(turns.stream()
                            .filter(turn -> turn.compareTo(from) >= 0 && turn.compareTo(from.plusSeconds(1)) < 0))
                    .as("second %s", second)
                    .hasSizeLessThanOrEqualTo(PER_SECOND);
        }
    }

    @Test
    void whoLeavesMustGiveHisTurnToTheNext() {
        askAll(pace, AT_ONCE);
        Disposable first = ask(pace);
        ask(pace);
        turns.clear();
        first.dispose();
        clock.advanceTimeBy(TURN);
        assertThat(turns).containsExactly(TURN);
    }

    @Test
    void whoLeavesMustLeaveHisTurnToWhoComesLater() {
        askAll(pace, AT_ONCE);
        ask(pace).dispose();
        clock.advanceTimeBy(TURN);
        turns.clear();
        ask(pace);
        assertThat(turns).hasSize(1);
    }

    @Test
    void afterACloseNobodyMustWait() {
        askAll(pace, AT_ONCE + 1);
        pace.close();
        ask(pace);
        assertThat(errors)
                .hasSize(2)
                .allSatisfy(error -> assertThat(error).hasMessageContaining("the pool was closed"));
        clock.advanceTimeBy(TURN);
        assertThat(turns).hasSize(AT_ONCE);
    }

    @Test
    void withoutATimerNobodyMustWaitForEver() {
        Scheduler gone = Schedulers.newSingle("gone");
        gone.dispose();
        ReconnectPace without = afterAnOutage(new ReconnectPace(AT_ONCE, PER_SECOND, gone, this::now, () -> 0));
        askAll(without, 2);
        assertThat(turns).hasSize(1);
        assertThat(errors)
                .singleElement()
                .satisfies(error -> assertThat(error).hasMessageContaining("the timer was shut down"));
    }

    /** It forgets what it was to do, and tells nobody. */
    @Test
    void whenTheTimerIsShutDownWhoeverWaitsMustHearOfItFromWhoeverComes() {
        askAll(pace, AT_ONCE + 1);
        clock.dispose();
        ask(pace);
        ask(pace);
        pace.freed();

        assertThat(turns).hasSize(AT_ONCE);
        assertThat(errors)
                .hasSize(3)
                .allSatisfy(error -> assertThat(error).hasMessageContaining("the timer was shut down"));
    }

    /** Also if nobody comes who has to wait. */
    @ParameterizedTest
    @ValueSource(strings = {"opened", "freed", "lost", "outage"})
    void whenTheTimerIsShutDownWhateverHappensMustTellThoseWhoWait(String what) {
        pace.outage();
        askAll(pace, 3);
        clock.dispose();
        switch (what) {
            case "opened" -> pace.opened();
            case "freed" -> pace.freed();
            case "lost" -> pace.lost();
            default -> pace.outage();
        }
        assertThat(errors).hasSize(2);
    }

    /** Nobody is forgotten, and nobody is served who has left, whoever comes first. */
    @Test
    void everybodyWhoStaysMustBeServedOnce() {
        ReconnectPace fast = new ReconnectPace(1, 1_000_000, Schedulers.parallel(), System::nanoTime, () -> 0.5);
        AtomicInteger served = new AtomicInteger();
        AtomicInteger stayed = new AtomicInteger();
        for (int round = 0; round < 2_000; round++) {
            Disposable[] leaving = new Disposable[1];
            leaving[0] = fast.turn().subscribe();
            RaceTestUtils.race(
                    () -> {
                        stayed.incrementAndGet();
                        fast.turn().subscribe(nothing -> {}, error -> {}, served::incrementAndGet);
                    },
                    leaving[0]::dispose,
                    fast::outage,
                    fast::opened);
        }
        fast.turn().block(Duration.ofSeconds(30)); // served in order, so behind all of them
        assertThat(served).hasValue(stayed.get());
    }
}
