package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.reactivesessions.error.TransactionOutcome;

/** Verdicts that need no answer of a server. */
class VerdictTest {

    private final IllegalStateException error = new IllegalStateException("planted");

    @Test
    void aFailureMustKeepTheConnectionUnlessItIsUncertain() {
        assertThat(Verdict.failed(error)).isEqualTo(new Verdict(TransactionOutcome.ROLLED_BACK, error, false));
        assertThat(Verdict.uncertain(error)).isEqualTo(new Verdict(TransactionOutcome.ROLLED_BACK, error, true));
        assertThat(Verdict.success()).isEqualTo(new Verdict(TransactionOutcome.COMMITTED, null, false));
    }

    @Test
    void aTransactionThatWasEndedInsideMustBeInDoubt() {
        Verdict verdict = Verdict.endedInside("transfer");

        assertThat(verdict.outcome()).isEqualTo(TransactionOutcome.IN_DOUBT);
        assertThat(verdict.connectionUncertain()).isTrue();
        assertThat(verdict.error()).hasMessageContaining("ended inside the function");
    }
}
