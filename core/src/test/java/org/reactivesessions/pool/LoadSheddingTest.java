package org.reactivesessions.pool;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.reactivesessions.pool.LoadShedding.Refusal;
import reactor.test.util.RaceTestUtils;

/** A queue whose time is counted, with one who serves it. */
class LoadSheddingTest {

    private static final Duration TARGET = Duration.ofMillis(50);
    private static final int SERVED_PER_SECOND = 1_000;
    private static final Duration SERVICE = Duration.ofSeconds(1).dividedBy(SERVED_PER_SECOND);

    private final AtomicLong now =
            new AtomicLong(Long.MAX_VALUE - Duration.ofSeconds(1).toNanos()); // it overflows
    private final LoadShedding shedding = new LoadShedding(TARGET, now::get);
    private final Deque<Long> queue = new ArrayDeque<>();
    private int served;
    private int refused;
    private long longest;

    private void arrive() {
        if (shedding.isShedding() && shedding.refusal(queue.size()) != null) {
            refused++;
        } else {
            queue.add(now.get());
        }
    }

    private void serve() {
        Long since = queue.poll();
        if (since == null) {
            shedding.servedAtOnce();
        } else {
            served++;
            longest = Math.max(longest, now.get() - since);
            shedding.served(since, queue.size(), true);
        }
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    /** So many arrive for each that is served. */
    private void run(Duration time, int arrivals) {
        for (long passed = 0; passed < time.toNanos(); passed += SERVICE.toNanos()) {
            for (int i = 0; i < arrivals; i++) {
                arrive();
            }
            pass(SERVICE);
            serve();
        }
    }

    @Test
    void itMustHaveEndedForWhoeverComesAfterAPauseAndNobodyMustBeRefusedWhoIsAlone() {
        run(Duration.ofSeconds(1), 5);
        assertThat(shedding.isShedding()).isTrue();
        assertThat(shedding.refusal(0)).isNull();
        pass(Duration.ofHours(1));

        assertThat(shedding.refusal(1_000)).isNull();
        assertThat(shedding.isShedding()).isFalse();
    }

    /** How fast callers come says nothing of how fast they are served. */
    @Test
    void burstsThatAreServedAtOnceMustNotBeRefused() {
        run(Duration.ofSeconds(1), 5);
        queue.clear();
        refused = 0;
        for (int burst = 0; burst < 100; burst++) {
            for (int i = 0; i < 4; i++) {
                arrive();
            }
            while (!queue.isEmpty()) {
                pass(SERVICE);
                serve();
            }
            shedding.servedAtOnce();
            pass(Duration.ofMillis(500));
        }

        assertThat(refused).isZero();
        assertThat(shedding.isShedding()).isFalse();
    }

    @Test
    void underOverloadWhoIsServedMustWaitForAboutTheTargetAndNobodyBeIdle() {
        run(Duration.ofSeconds(1), 5);
        assertThat(shedding.isShedding()).isTrue();
        served = 0;
        longest = 0;
        refused = 0;
        int before = queue.size();
        run(Duration.ofSeconds(10), 5);

        assertThat(served).as("served").isEqualTo(10 * SERVED_PER_SECOND);
        assertThat(refused).isEqualTo(4 * served + before - queue.size());
        assertThat(shedding.refused()).isGreaterThanOrEqualTo(refused);
        longest = 0;
        run(Duration.ofSeconds(1), 5);
        assertThat(Duration.ofNanos(longest)).isLessThanOrEqualTo(TARGET.plus(SERVICE));
    }

    @Test
    void aBurstThatDrainsSoonMustNotBeShed() {
        for (int burst = 0; burst < 100; burst++) {
            for (int i = 0; i < 140; i++) { // 90 of them wait longer than the target
                arrive();
            }
            run(Duration.ofMillis(140), 0);
            assertThat(shedding.isShedding()).isFalse();
        }
        assertThat(refused).isZero();
    }

    @Test
    void aBurstThatDoesNotDrainSoonMustBeFollowedByRefusals() {
        for (int i = 0; i < 1_000; i++) {
            arrive();
        }
        run(Duration.ofMillis(149), 0);
        assertThat(shedding.isShedding()).isFalse();
        run(Duration.ofMillis(5), 0);
        assertThat(shedding.isShedding()).isTrue();
    }

    @Test
    void waitsBelowTheTargetMustNotBeShed() {
        for (int i = 0; i < 49; i++) {
            arrive();
        }
        run(Duration.ofSeconds(10), 1);
        assertThat(shedding.isShedding()).isFalse();
    }

    @Test
    void oneWaitBelowTheTargetMustBeginAnew() {
        for (int i = 0; i < 1_000; i++) {
            arrive();
        }
        run(Duration.ofMillis(100), 0);
        shedding.served(now.get(), 100, true);
        run(Duration.ofMillis(99), 0);
        assertThat(shedding.isShedding()).isFalse();
        run(Duration.ofMillis(10), 0);
        assertThat(shedding.isShedding()).isTrue();
    }

    /** Who waits until a connection is opened suffers from no load. */
    @Test
    void aPoolThatHasRoomMustNotShed() {
        for (int i = 0; i < 1_000; i++) {
            long since = now.get();
            pass(Duration.ofMillis(300));
            shedding.served(since, 5, false);
        }
        assertThat(shedding.isShedding()).isFalse();
    }

    /** Few who stay long are no queue. */
    @Test
    void aQueueThatIsEmptyNowAndThenMustNotBeShed() {
        for (int i = 0; i < 1_000; i++) {
            long since = now.get();
            pass(Duration.ofMillis(300));
            shedding.served(since, i % 2, true);
        }
        assertThat(shedding.isShedding()).isFalse();
    }

    @Test
    void whoIsRefusedMustHearWhenItWouldBeBearable() {
        run(Duration.ofSeconds(2), 5);
        for (int i = queue.size(); i < 249; i++) {
            queue.add(now.get());
        }
        Refusal refusal = requireNonNull(shedding.refusal(queue.size()));

        assertThat(refusal.expected()).isBetween(Duration.ofMillis(245), Duration.ofMillis(255));
        assertThat(refusal.retryAfter()).isBetween(Duration.ofMillis(195), Duration.ofMillis(205));
    }

    @Test
    void whoWouldNotWaitTooLongMustBeLetIn() {
        run(Duration.ofSeconds(1), 5);
        assertThat(shedding.refusal(20)).isNull();
        assertThat(shedding.isShedding()).isTrue();
    }

    @Test
    void itMustEndOnlyWhenNobodyHadToBeRefusedForASecond() {
        run(Duration.ofSeconds(1), 5);
        run(Duration.ofMillis(900), 1); // no more than can be served
        assertThat(shedding.isShedding()).isTrue();
        run(Duration.ofMillis(200), 1);
        assertThat(shedding.isShedding()).isFalse();
        int before = refused;
        run(Duration.ofSeconds(10), 1);
        assertThat(refused).isEqualTo(before);
    }

    @Test
    void ofAPauseTheFirstNewcomerMustNotBeRefused() {
        run(Duration.ofSeconds(1), 5);
        run(Duration.ofSeconds(1), 0);
        pass(Duration.ofHours(1));
        arrive();
        serve();
        shedding.servedAtOnce();
        assertThat(shedding.isShedding()).isFalse();
    }

    @Test
    void nobodyMustBeCountedTwiceOrNotAtAll() {
        run(Duration.ofSeconds(1), 5);
        long before = shedding.refused();
        AtomicInteger heard = new AtomicInteger();
        Runnable asking = () -> {
            for (int i = 0; i < 10_000; i++) {
                if (shedding.refusal(1_000) != null) {
                    heard.incrementAndGet();
                }
                shedding.served(now.get(), 10, true);
                shedding.servedAtOnce();
            }
        };
        RaceTestUtils.race(asking, asking);
        assertThat(shedding.refused() - before).isEqualTo(heard.get()).isPositive();
    }
}
