package org.reactivesessions.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {

    private static final int DRAWS = 1_000;

    @Test
    void thereMustAlwaysBeAPause() {
        Backoff shortest = Backoff.fullJitter(Duration.ofMillis(1), Duration.ofMillis(1));

        for (int draw = 0; draw < DRAWS; draw++) {
            assertThat(shortest.after(1)).isEqualTo(Duration.ofMillis(1));
        }
    }

    @Test
    void theMostMustDoubleUpToTheCap() {
        Backoff backoff = Backoff.fullJitter(Duration.ofMillis(2), Duration.ofMillis(5));

        for (int draw = 0; draw < DRAWS; draw++) {
            assertThat(backoff.after(1)).isBetween(Duration.ofMillis(1), Duration.ofMillis(2));
            assertThat(backoff.after(2)).isBetween(Duration.ofMillis(1), Duration.ofMillis(4));
            assertThat(backoff.after(3)).isBetween(Duration.ofMillis(1), Duration.ofMillis(5));
        }
    }
}
