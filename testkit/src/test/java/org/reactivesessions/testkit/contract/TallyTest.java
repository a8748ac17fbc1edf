package org.reactivesessions.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** The number of cases that are left out cannot grow unseen. */
class TallyTest {

    @Test
    void theTallyMustNameWhatIsNotApplicable() {
        assertThat(new Tally(new H2ContractTest()).toString())
                .matches(
                        "contract H2: \\d+ cases, 0 ran, 6 not applicable"
                                + " \\(CANCEL_IN_FLIGHT: aCancelledStatementInFlightMustBeUndone, .*; DETECTS_ROLLED_BACK_COMMIT: .*\\)");
        assertThat(new Tally(new AbleToDoAll()).toString())
                .matches("contract all: \\d+ cases, 0 ran, 0 not applicable");
    }

    @Test
    void aCaseThatIsNotApplicableMustPassUnrunAndSaySo() {
        Launched launched = Launched.of(
                selectMethod(H2ContractTest.class, "aCancelledStatementInFlightMustBeUndone", Stage.class.getName()),
                selectMethod(H2ContractTest.class, "anEmptyResultMustCommit", Stage.class.getName()));

        assertThat(launched.failed()).isEmpty();
        assertThat(launched.passed())
                .containsExactlyInAnyOrder("aCancelledStatementInFlightMustBeUndone", "anEmptyResultMustCommit");
        assertThat(launched.reported()).containsExactly("not applicable CANCEL_IN_FLIGHT");
    }

    @Test
    void aWrongNumberMustFailTheClass() {
        assertThat(Launched.of(selectClass(StatesTooFew.class)).failed())
                .singleElement()
                .asString()
                .startsWith(
                        "contract H2: 5 cases are stated to be not applicable, but there are 6: CANCEL_IN_FLIGHT: ");
    }

    @Test
    void aLostCapabilityMustFailTheClass() {
        assertThat(Launched.of(selectClass(LostACapability.class)).failed())
                .singleElement()
                .asString()
                .contains("but there are 7")
                .contains("KEEPS_TRANSACTION_AFTER_ERROR: aSwallowedSqlErrorMustLeaveTheRestToCommit");
    }

    @Test
    void anOverriddenCaseMustFailTheClass() {
        assertThat(Launched.of(selectClass(OverridesACase.class)).failed())
                .containsExactly("contract H2: a case must not be overridden, but was: anEmptyResultMustCommit");
    }

    /** Not run. */
    static class AbleToDoAll extends H2ContractTest {

        @Override
        public String driver() {
            return "all";
        }

        @Override
        public Set<Capability> capabilities() {
            return Set.of(Capability.values());
        }
    }

    /** Run by the launcher above, not on its own. */
    static class StatesTooFew extends H2ContractTest {

        @Override
        public int notApplicable() {
            return 5;
        }
    }

    /** Run by the launcher above, not on its own. */
    static class LostACapability extends H2ContractTest {

        @Override
        public Set<Capability> capabilities() {
            return Set.of();
        }
    }

    /** Run by the launcher above, not on its own. */
    static class OverridesACase extends H2ContractTest {

        @Override
        public void anEmptyResultMustCommit(Stage stage) {
            // Says nothing about the driver.
        }
    }
}
