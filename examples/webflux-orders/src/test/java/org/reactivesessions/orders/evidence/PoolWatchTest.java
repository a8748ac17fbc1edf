package org.reactivesessions.orders.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a pool was seen doing, in short. */
class PoolWatchTest {

    private static final int LOOKS = 3;

    private final CountDownLatch looks = new CountDownLatch(LOOKS);

    private String figures() {
        long before = LOOKS - looks.getCount();
        looks.countDown();
        return "active=" + (before == 0 ? 1 : before == 1 ? 3 : 2) + " idle=5";
    }

    @Test
    void itMustTellTheMeanAndTheMost() throws Exception {
        PoolWatch watch = new PoolWatch(this::figures);
        try (watch) {
            assertThat(looks.await(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(watch.summary()).isEqualTo("active 2.0, at most 3; idle 5.0, at most 5");
    }

    @Test
    void aPoolThatWasNeverSeenMustNotBeTakenForOneAtRest() {
        PoolWatch watch = new PoolWatch(() -> {
            throw new IllegalStateException("away");
        });
        assertThatThrownBy(watch::summary).hasMessage("nobody has looked at the pool");
        assertThat(Waiting.until(watch::isBroken, Duration.ofSeconds(30))).isNotNegative();
        assertThatThrownBy(watch::close).hasMessage("the pool did not tell its figures");
    }
}
