package org.reactivesessions.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TransactionRetriesTest {

    private final TransactionRetries retries =
            new TransactionRetries(ResilienceOptions.defaults(), AcquisitionPolicy.none(() -> 0));

    @Test
    void conflictsAndOutagesMustHaveBudgetsOfTheirOwn() {
        while (retries.take(true)) {
            // until nothing is left
        }
        assertThat(retries.take(false)).isTrue();
        while (retries.take(false)) {
            // until nothing is left
        }
        assertThat(retries.take(true)).isFalse();
    }
}
