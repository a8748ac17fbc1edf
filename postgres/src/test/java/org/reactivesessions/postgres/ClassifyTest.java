package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcRollbackException;
import io.r2dbc.spi.R2dbcTimeoutException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reactivesessions.dialect.CommitAnswer;
import org.reactivesessions.dialect.FailureClass;
import org.reactivesessions.error.DatabaseReadOnlyException;
import org.reactivesessions.error.IntegrityViolationException;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionRolledBackException;

/** What is not in the table: errors that are not the server's, errors of this library, and what else is read off an error. */
class ClassifyTest {

    private final PostgresDialect dialect = new PostgresDialect();

    private FailureClass active(Throwable error) {
        return dialect.classify(LifePhase.ACTIVE, error);
    }

    @Test
    void anErrorWithoutAStateMustBeAnOutageIfItIsOneOfTimeOrNetwork() {
        assertThat(List.of(new R2dbcTimeoutException("late"), new TimeoutException("late"), new IOException("reset")))
                .allSatisfy(error -> assertThat(active(error)).isEqualTo(FailureClass.OUTAGE));
        assertThat(List.of(new R2dbcRollbackException("no"), new IllegalStateException("mine")))
                .allSatisfy(error -> assertThat(active(error)).isEqualTo(FailureClass.OTHER));
    }

    @Test
    void anErrorOfThisLibraryMustSayWhatItsCauseSays() {
        R2dbcException plan = DriverErrors.of("0A000", "ERROR", "RevalidateCachedQuery");
        R2dbcException foreign = DriverErrors.of("08006", "ERROR", null);
        R2dbcException duplicate = DriverErrors.of("23505", "ERROR", null);

        assertThat(active(new TransactionRolledBackException("booking", plan))).isEqualTo(FailureClass.STALE_PLAN);
        assertThat(active(new TransactionRolledBackException("booking", foreign)))
                .isEqualTo(FailureClass.OTHER);
        assertThat(active(dialect.describe("booking", duplicate))).isEqualTo(FailureClass.DUPLICATE);
        assertThat(dialect.classify(LifePhase.BEGINNING, new DatabaseReadOnlyException("booking", "frozen")))
                .isEqualTo(FailureClass.READ_ONLY);
    }

    /** The user's own error is not looked into: he may have dealt with its cause. */
    @Test
    void anErrorOfTheFunctionMustSayNothingWhateverItsCause() {
        assertThat(active(new IllegalStateException(DriverErrors.of("40001", "ERROR", null))))
                .isEqualTo(FailureClass.OTHER);
    }

    /** A row is as long the next time, and a certificate the same. */
    @Test
    void whatThisSideRefusedMustBeAnOutageOnlyIfItMayGoAwayByItself() {
        R2dbcException tooLong = MessageRefusedException.tooLong((byte) 'D', 1 << 30, 1 << 26);
        R2dbcException malformed = MessageRefusedException.malformed("nonsense");

        assertThat(active(tooLong)).isEqualTo(FailureClass.OTHER);
        assertThat(active(new R2dbcNonTransientResourceException("broke", "08006", tooLong)))
                .isEqualTo(FailureClass.OTHER);
        assertThat(active(new R2dbcNonTransientResourceException("broke", "08006", malformed)))
                .isEqualTo(FailureClass.OUTAGE);
        assertThat(dialect.classify(LifePhase.ACQUIRING, tooLong)).isEqualTo(FailureClass.OUTAGE);
        assertThat(dialect.classify(LifePhase.ACQUIRING, new ServerNotTrustedException("stranger")))
                .isEqualTo(FailureClass.REFUSAL);
    }

    /** The driver's class of integrity violations has more in it than those of a constraint. */
    @ParameterizedTest
    @CsvSource({
        "23502, true",
        "23503, true",
        "23505, true",
        "23514, true",
        "23P01, true",
        "21000, false",
        "27000, false"
    })
    void onlyAViolatedConstraintMustBeDescribedAsOne(String state, boolean violation) {
        R2dbcException error = DriverErrors.of(state, "ERROR", null);
        Throwable described = dialect.describe("booking", error);

        assertThat(error).isInstanceOf(R2dbcDataIntegrityViolationException.class);
        if (violation) {
            assertThat(described)
                    .isInstanceOf(IntegrityViolationException.class)
                    .hasMessageStartingWith("booking: ")
                    .hasCause(error);
        } else {
            assertThat(described).isSameAs(error);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "40001, ERROR, REFUSED",
        "57P01, ERROR, REFUSED",
        "40001, FATAL, ENDED",
        "57P01, FATAL, ENDED",
        "XX000, PANIC, ENDED",
        "08006, , UNKNOWN",
    })
    void aFailedCommitMustBeReadBySeverity(String state, @Nullable String severity, CommitAnswer answer) {
        assertThat(dialect.commitAnswer(DriverErrors.of(state, severity, null))).isEqualTo(answer);
    }
}
