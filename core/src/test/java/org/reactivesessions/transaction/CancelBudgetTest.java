package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CancelBudgetTest {

    private long now = Long.MAX_VALUE - 100; // a monotonic clock may be about to overflow

    private CancelBudget budget(int atOnce, int perSecond) {
        return new CancelBudget(ServerCancelOptions.defaults().atOnce(atOnce).perSecond(perSecond), () -> now);
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    @Test
    void noMoreThanSoManyMustBeUnderWay() {
        CancelBudget budget = budget(2, 100);
        assertThat(budget.take()).isTrue();
        assertThat(budget.take()).isTrue();
        assertThat(budget.take()).isFalse();
        budget.giveBack();

        assertThat(budget.take()).isTrue();
    }

    @Test
    void noMoreThanOneSecondsWorthMustBeTakenAtATime() {
        CancelBudget budget = budget(1_000, 10);
        for (int taken = 0; taken < 10; taken++) {
            assertThat(budget.take()).as("taken so far: %d", taken).isTrue();
        }
        assertThat(budget.take()).isFalse();

        pass(Duration.ofMillis(99));
        assertThat(budget.take()).isFalse();
        pass(Duration.ofMillis(1));
        assertThat(budget.take()).isTrue();
        assertThat(budget.take()).isFalse();
    }

    @Test
    void aQuietHourMustSaveUpNoMoreThanASecond() {
        CancelBudget budget = budget(1_000, 10);
        pass(Duration.ofHours(1));
        int taken = 0;
        while (budget.take()) {
            taken++;
        }

        assertThat(taken).isEqualTo(10);
    }

    @Test
    void whatIsRefusedMustCostNothing() {
        CancelBudget budget = budget(1, 2);
        assertThat(budget.take()).isTrue();
        for (int refused = 0; refused < 100; refused++) {
            assertThat(budget.take()).isFalse();
        }
        budget.giveBack();

        assertThat(budget.take()).isTrue();
    }
}
