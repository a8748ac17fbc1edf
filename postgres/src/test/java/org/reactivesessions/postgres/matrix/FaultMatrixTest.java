package org.reactivesessions.postgres.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.matrix.Invariant.I1;
import static org.reactivesessions.postgres.matrix.Invariant.I2;
import static org.reactivesessions.postgres.matrix.Invariant.I3;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;

/** Every row has tests, every test its invariants, and the page shows both; each rule is shown to catch what it is for. */
class FaultMatrixTest {

    private static final List<FaultMatrix.Row> PLANTED =
            List.of(new FaultMatrix.Row(1, "a fault", "a phase", "an outcome", EnumSet.of(I1, I2)));

    /** Not run: what the rules must object to. */
    static final class PlantedRows {

        @FaultRow(
                value = 1,
                invariants = {I1, I2, I3})
        void shows() {}

        @FaultRow(
                value = 1,
                invariants = {I1})
        void forgets() {}

        @FaultRow(
                value = 99,
                invariants = {I1})
        void strays() {}

        void namesNothing() {}
    }

    private static Method planted(String name) {
        try {
            return PlantedRows.class.getDeclaredMethod(name);
        } catch (NoSuchMethodException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Test
    void everyRowMustHaveItsTests() {
        assertThat(FaultMatrix.objections(FaultMatrix.ROWS, FaultMatrix.SIZE, RowTests.all()))
                .isEmpty();
    }

    @Test
    void everyTestMustBeRunAndWatched() {
        assertThat(RowTests.all()).isNotEmpty().allSatisfy(test -> {
            assertThat(test.getDeclaringClass()).isAssignableTo(FaultRows.class);
            assertThat(AnnotationSupport.isAnnotated(test, Testable.class)).isTrue();
            assertThat(AnnotationSupport.isAnnotated(test, Disabled.class)).isFalse();
            assertThat(AnnotationSupport.isAnnotated(test.getDeclaringClass(), Disabled.class))
                    .isFalse();
        });
    }

    @Test
    void aRowWithoutATestMustBeCaught() {
        assertThat(FaultMatrix.objections(PLANTED, 1, List.of())).containsExactly("row 1 has no test");
        assertThat(FaultMatrix.objections(PLANTED, 1, List.of(planted("shows"))))
                .isEmpty();
    }

    @Test
    void aRowThatIsNotThereMustBeCaught() {
        assertThat(FaultMatrix.objections(PLANTED, 2, List.of(planted("shows"))))
                .containsExactly("the rows are not those from 1 to 2");
    }

    @Test
    void aTestThatForgetsAnInvariantOrNamesNoRowOfTheMatrixMustBeCaught() {
        assertThat(FaultMatrix.objections(PLANTED, 1, List.of(planted("forgets"), planted("strays"))))
                .containsExactly(
                        "forgets of row 1 does not name [I2]", "strays names row 99, which is not in the matrix");
    }

    @Test
    void aTestThatDoesNotCheckWhatItNamesMustBeCaught() {
        assertThat(InvariantsChecked.objection(planted("shows"), EnumSet.of(I1, I2, I3)))
                .isNull();
        assertThat(InvariantsChecked.objection(planted("shows"), EnumSet.of(I1, I2)))
                .isEqualTo("shows names, but has not checked [I3]");
        assertThat(InvariantsChecked.objection(planted("namesNothing"), EnumSet.of(I1)))
                .isEqualTo("namesNothing names no row; say which by @FaultRow");
    }

    @Test
    void thePageMustShowWhatThereIs() throws IOException {
        assertThat(Files.readAllLines(Path.of("..", FaultMatrixPage.FILE)))
                .as("made by " + FaultMatrixPage.COMMAND)
                .isEqualTo(FaultMatrixPage.lines(FaultMatrix.ROWS, RowTests.all()));
    }
}
