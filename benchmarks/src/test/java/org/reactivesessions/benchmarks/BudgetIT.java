package org.reactivesessions.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * No transaction costs a round trip, a message or an object more, or less, without somebody having said so: a change of what is
 * recorded is part of the change that makes it.
 */
class BudgetIT {

    private static final Path RECORD =
            Objects.requireNonNull(Path.of("").toAbsolutePath().getParent()).resolve("docs/results/budget.csv");

    @Test
    void transactionsMustCostWhatIsRecorded() throws Exception {
        BudgetRecord record = BudgetRecord.parse(Files.readAllLines(RECORD));

        List<BudgetCost> costs = BudgetRun.measure();

        assertThat(record.differences(costs, System.getProperty("os.name").equals("Linux")))
                .as("if that is wanted: " + BudgetRecord.COMMAND)
                .isEmpty();
    }
}
