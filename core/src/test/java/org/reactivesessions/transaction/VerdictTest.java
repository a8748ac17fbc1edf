package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivesessions.dialect.CommitAnswer;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.error.TransactionRolledBackException;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/** What an answer to COMMIT means, and what is told if there is none. */
class VerdictTest {

    private final IllegalStateException error = new IllegalStateException("planted");
    private final IllegalStateException described = new IllegalStateException("described");

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

    private enum Sent {
        NOT,
        ANSWERED,
        TOO_LATE
    }

    private Verdict of(
            Sent sent,
            CommitAnswer answer,
            @Nullable Throwable first,
            @Nullable TransactionRolledBackException markerRefusal) {
        ControlCommand commit = new ControlCommand("COMMIT", Context.empty(), (command, failure) -> {});
        switch (sent) {
            case NOT -> commit.expire(error);
            case ANSWERED -> commit.run(() -> Mono.error(error));
            case TOO_LATE -> {
                commit.run(Mono::never);
                commit.expire(error);
            }
        }
        return Verdict.of("transfer", first, markerRefusal, commit, error, failure -> answer, failure -> described);
    }

    private Verdict answered(CommitAnswer answer) {
        return of(Sent.ANSWERED, answer, null, null);
    }

    @Test
    void whatWasCertainlyNotSentMustBeRolledBack() {
        for (Verdict verdict :
                List.of(of(Sent.NOT, CommitAnswer.UNKNOWN, null, null), answered(CommitAnswer.NOT_SENT))) {
            assertThat(verdict).isEqualTo(new Verdict(TransactionOutcome.ROLLED_BACK, error, true));
        }
    }

    @Test
    void whatTheServerHasRefusedMustBeRolledBackAndDescribed() {
        assertThat(answered(CommitAnswer.REFUSED))
                .isEqualTo(new Verdict(TransactionOutcome.ROLLED_BACK, described, false));
    }

    @Test
    void whatHasNoDefiniteAnswerMustBeInDoubtAndSayWhy() {
        Map.of(
                        of(Sent.TOO_LATE, CommitAnswer.REFUSED, null, null), "was not answered in time",
                        answered(CommitAnswer.ENDED), "the server ended the connection",
                        answered(CommitAnswer.UNKNOWN), "the connection was lost")
                .forEach((verdict, why) -> {
                    assertThat(verdict.outcome()).as(why).isEqualTo(TransactionOutcome.IN_DOUBT);
                    assertThat(verdict.connectionUncertain()).as(why).isTrue();
                    assertThat(verdict.error()).hasMessageContaining(why).hasCause(error);
                });
    }

    @Test
    void whatHasFailedFirstMustBeToldOfARollback() {
        IllegalStateException first = new IllegalStateException("first");
        TransactionRolledBackException refusal = TransactionRolledBackException.forMarker("transfer", "late", error);

        assertThat(answered(CommitAnswer.ROLLED_BACK).outcome()).isEqualTo(TransactionOutcome.ROLLED_BACK);
        assertThat(answered(CommitAnswer.ROLLED_BACK).error()).hasCause(error);
        assertThat(of(Sent.ANSWERED, CommitAnswer.ROLLED_BACK, first, null).error())
                .hasCause(first);
        assertThat(of(Sent.ANSWERED, CommitAnswer.ROLLED_BACK, first, refusal).error())
                .isNotSameAs(refusal)
                .hasCause(first);
        assertThat(of(Sent.ANSWERED, CommitAnswer.ROLLED_BACK, null, refusal).error())
                .isSameAs(refusal);
    }

    @Test
    void aBeginThatWasNotAnsweredMustSayWhatWasSeen() {
        assertThat(Verdict.beginUnanswered("transfer", new TimeoutException("BEGIN took 5 s")))
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageContaining("transfer: BEGIN took 5 s; the connection was destroyed");
        assertThat(Verdict.beginUnanswered("transfer", error))
                .hasMessageContaining("BEGIN was not answered: planted")
                .hasCause(error);
    }
}
