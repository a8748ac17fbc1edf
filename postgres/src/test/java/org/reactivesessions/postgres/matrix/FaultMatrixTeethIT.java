package org.reactivesessions.postgres.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.matrix.Invariant.I2;
import static org.reactivesessions.postgres.matrix.Invariant.I8;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.reactivesessions.postgres.report.Launched;
import org.reactivesessions.testkit.server.TestDatabase;

/** A test of a row is failed by JUnit itself if it has not checked what it names, though nothing else is wrong with it. */
class FaultMatrixTeethIT {

    /** Run here only: its file is not one of those in which rows are looked for. */
    static class Planted extends FaultRows {

        Planted(TestDatabase database) {
            super(database, settings -> settings);
        }

        @FaultRow(
                value = 18,
                invariants = {I2, I8})
        @Test
        void checksBoth() {
            Operation operation = start(FaultRows::takeWhatIsTaken);
            check().nothingDurable(operation);
            check().nextBorrowerIsClean();
        }

        @FaultRow(
                value = 18,
                invariants = {I2, I8})
        @Test
        void forgetsOne() {
            check().nothingDurable(start(FaultRows::takeWhatIsTaken));
        }

        @FaultRow(
                value = 18,
                invariants = {I2, I8})
        @Test
        void checksNothing() {
            start(FaultRows::takeWhatIsTaken).await();
        }

        @Test
        void namesNoRow() {
            check().nextBorrowerIsClean();
        }
    }

    @Test
    void whatWasNotCheckedMustFailTheTest() {
        Map<String, String> results = Launched.results(Planted.class);

        assertThat(results).containsOnlyKeys("checksBoth", "forgetsOne", "checksNothing", "namesNoRow");
        assertThat(results.get("checksBoth"))
                .satisfies(
                        result -> assertThat(Launched.passed(result)).as(result).isTrue());
        assertThat(results.get("forgetsOne")).endsWith("forgetsOne names, but has not checked [I8]");
        assertThat(results.get("checksNothing")).endsWith("checksNothing names, but has not checked [I2, I8]");
        assertThat(results.get("namesNoRow")).endsWith("namesNoRow names no row; say which by @FaultRow");
    }
}
