package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.reactivesessions.postgres.TestKitTally.Otherwise;

/** No test of the kit can be left out unseen: planted violations. */
class TestKitTallyTest {

    private static final int TESTS = TestKitTally.TESTS;

    private interface Faithful extends PostgresTestKit {

        @Override
        @Test
        @Otherwise("planted")
        void batch();
    }

    private interface NotRun extends PostgresTestKit {

        @Override
        @Otherwise("planted")
        void batch();
    }

    private interface TurnedOff extends PostgresTestKit {

        @Override
        @Test
        @Disabled("planted")
        @Otherwise("planted")
        void batch();
    }

    private interface WithoutReason extends PostgresTestKit {

        @Override
        @Test
        void batch();
    }

    private static void mustFail(TestKitTally tally, Class<? extends PostgresTestKit> kit, String message) {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> tally.require(kit))
                .withMessageContaining(message);
    }

    @Test
    void aTestThatIsReplacedForAReasonMustBeAccepted() {
        assertThatCode(() -> new TestKitTally(TESTS, 1).require(Faithful.class)).doesNotThrowAnyException();
    }

    @Test
    void aTestThatDoesNotRunMustBeCaught() {
        mustFail(new TestKitTally(TESTS, 1), NotRun.class, "does not run");
        mustFail(new TestKitTally(TESTS, 1), TurnedOff.class, "does not run");
    }

    @Test
    void aTestThatIsReplacedWithoutAReasonMustBeCaught() {
        mustFail(new TestKitTally(TESTS, 0), WithoutReason.class, "without a reason");
    }

    @Test
    void numbersOtherThanTheStatedOnesMustBeCaught() {
        mustFail(new TestKitTally(TESTS - 1, 0), PostgresTestKit.class, "The TestKit has 34 tests");
        mustFail(new TestKitTally(TESTS, 0), Faithful.class, "1 tests of the kit have another expectation");
        mustFail(new TestKitTally(TESTS, 1), PostgresTestKit.class, "0 tests of the kit have another expectation");
    }
}
