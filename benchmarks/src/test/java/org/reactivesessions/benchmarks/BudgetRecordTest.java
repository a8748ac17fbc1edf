package org.reactivesessions.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class BudgetRecordTest {

    private static final Path RECORD =
            Objects.requireNonNull(Path.of("").toAbsolutePath().getParent()).resolve("docs/results/budget.csv");

    private static List<BudgetCost> costs(int jdk, long flights, long sent, long received, long bytes) {
        return Arrays.stream(BudgetScope.values())
                .map(scope -> new BudgetCost(jdk, scope, flights, sent, received, bytes))
                .toList();
    }

    private final BudgetRecord record = new BudgetRecord(costs(17, 10, 35, 50, 20_000));

    @Test
    void whatIsRecordedMustPass() {
        assertThat(record.differences(costs(17, 10, 35, 50, 20_000), true)).isEmpty();
    }

    @Test
    void aRoundTripMoreMustBeSeen() {
        assertThat(record.differences(costs(17, 11, 35, 50, 20_000), true))
                .hasSize(BudgetScope.values().length)
                .contains("READ1: round trips were 10 when they were recorded, and are 11");
    }

    @Test
    void aMessageMoreOrLessMustBeSeen() {
        assertThat(record.differences(costs(17, 10, 36, 49, 20_000), true))
                .contains(
                        "WRITE3: messages sent were 35 when they were recorded, and are 36",
                        "WRITE3: messages received were 50 when they were recorded, and are 49");
    }

    @Test
    void anObjectMoreOrLessMustBeSeen() {
        assertThat(record.differences(costs(17, 10, 35, 50, 20_016), true))
                .contains("READ1 in a queue: bytes were 20000 when they were recorded, and are 20016");
        assertThat(record.differences(costs(17, 10, 35, 50, 19_984), true)).isNotEmpty();
    }

    @Test
    void bytesOfAnotherJdkOrTransportMustNotBeCompared() {
        assertThat(record.differences(costs(21, 10, 35, 50, 30_000), true)).isEmpty();
        assertThat(record.differences(costs(17, 10, 35, 50, 30_000), false)).isEmpty();
        assertThat(record.differences(costs(21, 12, 35, 50, 30_000), true)).isNotEmpty();
    }

    @Test
    void whatIsRecordedAnewMustTakeThePlaceOfThatJdkOnly() {
        BudgetRecord anew = record.with(costs(25, 10, 35, 50, 21_000)).with(costs(17, 9, 35, 50, 19_000));

        assertThat(BudgetRecord.parse(anew.lines())).isEqualTo(anew);
        assertThat(anew.costs()).containsAll(costs(17, 9, 35, 50, 19_000)).containsAll(costs(25, 10, 35, 50, 21_000));
        assertThat(anew.costs()).hasSize(2 * BudgetScope.values().length);
    }

    @Test
    void theCommittedRecordMustHaveEveryScopeOfBothJdks() throws Exception {
        BudgetRecord committed = BudgetRecord.parse(Files.readAllLines(RECORD));

        assertThat(committed.costs().stream().map(BudgetCost::jdk).collect(Collectors.toSet()))
                .isEqualTo(Set.of(17, 25));
        assertThat(committed.costs()).hasSize(2 * BudgetScope.values().length);
        assertThat(Files.readAllLines(RECORD)).isEqualTo(committed.lines());
    }

    @Test
    void whatIsNoRecordMustBeRefused() {
        assertThatThrownBy(() -> BudgetRecord.parse(List.of("17,READ1")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the first line that is no comment must be jdk,scope,");
        assertThatThrownBy(() -> BudgetCost.parse("17,READ1,1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a line must have the columns");
        assertThatThrownBy(() -> BudgetCost.parse("17,READ2,1,1,1,1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("READ2 is no scope whose budget is kept; record it anew");
    }
}
