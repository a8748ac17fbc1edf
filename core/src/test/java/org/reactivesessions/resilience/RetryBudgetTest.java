package org.reactivesessions.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RetryBudgetTest {

    @Test
    void soManyAsWereGivenMustBeThereAndNoMore() {
        RetryBudget budget = new RetryBudget(20, 2);

        assertThat(budget.take()).isTrue();
        assertThat(budget.take()).isTrue();
        assertThat(budget.take()).isFalse();
    }

    @Test
    void scopesMustEarnThemAndFillItNoFurther() {
        RetryBudget budget = new RetryBudget(20, 1);
        assertThat(budget.take()).isTrue();
        for (int scope = 0; scope < 4; scope++) {
            budget.offered();
        }
        assertThat(budget.take()).as("four fifths of one").isFalse();
        for (int scope = 0; scope < 100; scope++) {
            budget.offered();
        }

        assertThat(budget.take()).isTrue();
        assertThat(budget.take()).isFalse();
    }
}
