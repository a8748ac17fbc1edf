package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcRollbackException;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.dialect.FailureClass;
import org.reactivesessions.error.CommitOutcomeUnknownException;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.FailureKind;
import org.reactivesessions.error.IntegrityViolationException;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionRolledBackException;
import org.reactivesessions.error.TransactionTimeoutException;
import org.reactivesessions.scripted.ScriptedDialect;
import org.reactivesessions.transaction.RetryReason.Kind;

/** What is a reason to run a transaction again. The dialect takes an error for what its text says. */
class RetryReasonTest {

    private static final TransactionRetry RETRY = TransactionRetry.defaults();
    private static final TransactionOptions PLAIN = TransactionOptions.defaults();

    private final ScriptedDialect dialect = new ScriptedDialect()
            .classified((phase, error) -> FailureClass.valueOf(String.valueOf(error.getMessage())));

    private static R2dbcRollbackException error(String what) {
        return new R2dbcRollbackException(what, "40001");
    }

    private Kind of(TransactionRetry retry, TransactionOptions options, Throwable failure, @Nullable Throwable first) {
        return new RetryReason(retry, dialect, options).of(LifePhase.ACTIVE, failure, first);
    }

    private Kind of(Throwable failure) {
        return of(RETRY, PLAIN, failure, null);
    }

    @ParameterizedTest
    @CsvSource({
        "SERIALIZATION, CONFLICT",
        "DEADLOCK, CONFLICT",
        "LOCK_TIMEOUT, NONE",
        "STALE_PLAN, NONE",
        "DUPLICATE, NONE",
        "OUTAGE, OUTAGE",
        "READ_ONLY, OUTAGE",
        "REFUSAL, NONE",
        "OTHER, NONE"
    })
    void whatNobodyHasAskedForMustBeAsTheTableSays(String what, Kind reason) {
        assertThat(of(error(what))).isEqualTo(reason);
    }

    @Test
    void whatIsAskedForMustBeOne() {
        assertThat(of(RETRY.onLockTimeout(), PLAIN, error("LOCK_TIMEOUT"), null))
                .isEqualTo(Kind.CONFLICT);
        assertThat(of(RETRY.onStalePlan(), PLAIN, error("STALE_PLAN"), null)).isEqualTo(Kind.CONFLICT);
        TransactionOptions serializable = PLAIN.isolation(IsolationLevel.SERIALIZABLE);
        assertThat(of(RETRY.onDuplicateKey(), serializable, error("DUPLICATE"), null))
                .isEqualTo(Kind.CONFLICT);
        assertThat(of(RETRY.onDuplicateKey(), PLAIN, error("DUPLICATE"), null)).isEqualTo(Kind.NONE);
        assertThat(of(RETRY, serializable, error("DUPLICATE"), null)).isEqualTo(Kind.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"OUTAGE", "READ_ONLY"})
    void aLostConnectionMustBeNoneIfThatIsSwitchedOff(String what) {
        assertThat(of(RETRY.onConnectionLoss(false), PLAIN, error(what), null)).isEqualTo(Kind.NONE);
    }

    /** Then it is not the database that has changed. */
    @Test
    void aReadOnlyTransactionThatWritesMustBeNone() {
        assertThat(of(RETRY, PLAIN.readOnly(), error("READ_ONLY"), null)).isEqualTo(Kind.NONE);
    }

    /** 25P02 and the like say only that something has failed before. */
    @Test
    void theFirstErrorMustDecideWhereTheLastIsItsEcho() {
        assertThat(of(RETRY, PLAIN, error("STALE_PLAN"), error("SERIALIZATION")))
                .isEqualTo(Kind.CONFLICT);
        assertThat(of(RETRY, PLAIN, error("REFUSAL"), error("SERIALIZATION"))).isEqualTo(Kind.NONE);
    }

    @ParameterizedTest
    @CsvSource({"15, CONFLICT", "16, NONE"})
    void sixteenCausesMustBeLookedAtAndNoMore(int wrappers, Kind reason) {
        UnaryOperator<Throwable> wrapped = cause -> new IllegalStateException("wrapped", cause);
        Throwable failure = error("SERIALIZATION");
        for (int i = 0; i < wrappers; i++) {
            failure = wrapped.apply(failure);
        }
        assertThat(of(failure)).isEqualTo(reason);
    }

    @Test
    void whatIsNoErrorOfADatabaseMustBeNone() {
        assertThat(of(new IllegalStateException("mine"))).isEqualTo(Kind.NONE);
    }

    /** It is ours, but says nothing of an outcome. */
    @Test
    void aViolationMustBeWhatItsStateSays() {
        dialect.classified(
                (phase, error) -> error instanceof R2dbcException known && "23505".equals(known.getSqlState())
                        ? FailureClass.DUPLICATE
                        : FailureClass.OTHER);
        Throwable violation = new IntegrityViolationException(
                "transfer", null, null, null, new R2dbcDataIntegrityViolationException("duplicate", "23505"));

        assertThat(of(RETRY.onDuplicateKey(), PLAIN.isolation(IsolationLevel.SERIALIZABLE), violation, null))
                .isEqualTo(Kind.CONFLICT);
    }

    @Test
    void aTimeThatIsOverMustBeNoneWhateverItWasOf() {
        assertThat(of(TransactionTimeoutException.byWatch(
                        "report", LifePhase.ACTIVE, Duration.ofSeconds(1), false, "1 s")))
                .isEqualTo(Kind.NONE);
    }

    @Test
    void ourOwnErrorsMustDecideByThemselves() {
        assertThat(of(new TransactionRolledBackException("inner", error("DEADLOCK"))))
                .as("it says why")
                .isEqualTo(Kind.CONFLICT);
        assertThat(of(new CommitOutcomeUnknownException("inner", "lost", error("SERIALIZATION"))))
                .as("in doubt, whatever lies below")
                .isEqualTo(Kind.NONE);
        assertThat(of(DatabaseUnavailableException.rolledBack("inner", "lost", null)))
                .as("lost before COMMIT")
                .isEqualTo(Kind.OUTAGE);
        assertThat(of(new DatabaseUnavailableException(FailureKind.UNREACHABLE, "inner", "BEGIN was lost", null)))
                .isEqualTo(Kind.OUTAGE);
        assertThat(of(new DatabaseUnavailableException(FailureKind.SATURATED, "inner", "full", null)))
                .isEqualTo(Kind.NONE);
    }
}
