package org.reactivesessions.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcRollbackException;
import io.r2dbc.spi.R2dbcTimeoutException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivesessions.error.LifePhase;

/** What is known of an error where nothing is known of the database. */
class ClassifyTest {

    private final Dialect standard = new StandardDialect();

    @ParameterizedTest
    @CsvSource({
        "08000, OUTAGE, OUTAGE",
        "08006, OUTAGE, OUTAGE",
        "08S01, OUTAGE, OUTAGE",
        "28000, REFUSAL, OTHER",
        "28P01, REFUSAL, OTHER",
        "40001, SERIALIZATION, SERIALIZATION",
        "25006, READ_ONLY, READ_ONLY",
        "40003, OTHER, OTHER",
        "23000, OTHER, OTHER",
        "42000, OTHER, OTHER",
        "'', OTHER, OTHER",
    })
    void aStateOfTheStandardMustDecideByPhaseWhateverTheException(
            String state, FailureClass connecting, FailureClass later) {
        List<R2dbcException> same = List.of(
                new R2dbcNonTransientResourceException("no", state),
                new R2dbcRollbackException("no", state),
                new R2dbcTimeoutException("no", state));
        for (R2dbcException error : same) {
            for (LifePhase phase : LifePhase.values()) {
                assertThat(standard.classify(phase, error))
                        .as("%s in %s", error.getClass().getSimpleName(), phase)
                        .isEqualTo(phase == LifePhase.ACQUIRING ? connecting : later);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void withoutAStateOnlyTimeAndNetworkMustBeAnOutage(LifePhase phase) {
        assertThat(List.of(new R2dbcTimeoutException("late"), new TimeoutException("late"), new IOException("reset")))
                .allSatisfy(error -> assertThat(standard.classify(phase, error)).isEqualTo(FailureClass.OUTAGE));
        assertThat(List.of(new R2dbcRollbackException("no"), new IllegalStateException("no"), new StackOverflowError()))
                .allSatisfy(error -> assertThat(standard.classify(phase, error)).isEqualTo(FailureClass.OTHER));
    }
}
