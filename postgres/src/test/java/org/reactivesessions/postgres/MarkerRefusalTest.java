package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.R2dbcNonTransientResourceException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of a marker that the server did not take. */
class MarkerRefusalTest {

    private static String explained(String state) {
        return MarkerRefusal.explain(new R2dbcNonTransientResourceException("planted", state));
    }

    @ParameterizedTest
    @CsvSource({
        "RS001, COMMIT reached the database after its limit (TimeLimits.commit): planted",
        "RS002, the clocks of this process and of the database are 12 hours apart",
        "23505, the transaction was given up before its COMMIT reached the database",
        "25006, the transaction was made read-only from within",
        "25P02, 'an earlier statement had failed, and its error was swallowed'",
        "3F000, what it takes to leave a marker is not in this database",
        "42883, what it takes to leave a marker is not in this database",
        "42P01, what it takes to leave a marker is not in this database",
        "42501, the role of the transaction may not leave a marker"
    })
    void whatHasHappenedMustBeSaid(String state, String beginning) {
        assertThat(explained(state)).startsWith(beginning);
    }

    @Test
    void anythingElseMustBeToldWithItsState() {
        assertThat(explained("XX000")).isEqualTo("the database did not take its marker: planted (SQLSTATE XX000)");
        assertThat(MarkerRefusal.explain(new R2dbcNonTransientResourceException("without a state")))
                .isEqualTo("the database did not take its marker: without a state");
        assertThat(MarkerRefusal.explain(new IllegalStateException("not of the database")))
                .isEqualTo("the database did not take its marker: not of the database");
    }
}
