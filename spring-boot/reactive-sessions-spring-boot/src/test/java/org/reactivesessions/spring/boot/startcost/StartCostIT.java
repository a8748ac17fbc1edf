package org.reactivesessions.spring.boot.startcost;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;

/** The program in short; how long it takes is not asked here, because that is a matter of the machine. */
@Tag("program")
@ExtendWith(PostgresExtension.class)
class StartCostIT {

    private final TestDatabase database;

    StartCostIT(TestDatabase database) {
        this.database = database;
    }

    @Test
    void theStarterMustAddFewMegabytesAndClasses() {
        Map<StartCost.Variant, List<Cost>> costs = new StartCost(database).compare(1);
        assertThat(costs).containsOnlyKeys(StartCost.Variant.values());
        Cost without = costs.getOrDefault(StartCost.Variant.WITHOUT, List.of()).get(0);
        assertThat(costs.values()).allSatisfy(each -> {
            assertThat(each.get(0).heap() - without.heap()).isLessThan(10 * 1_024);
            assertThat(each.get(0).classes() - without.classes()).isLessThan(1_000);
        });
        assertThat(costs.getOrDefault(StartCost.Variant.OWN_POOL, List.of())
                        .get(0)
                        .classes())
                .as("the starter must be there")
                .isGreaterThan(without.classes() + 50);
    }
}
