package org.reactivesessions.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.reactivesessions.tck.TckRun.Result;
import org.reactivesessions.tck.TckRun.Status;
import org.reactivestreams.tck.PublisherVerification;

/** What sessions return passes the Reactive Streams TCK 1.0.4; every test that is left out has its reason here. */
class ReactiveStreamsTckTest {

    private static final int TESTS = 38;

    /** The TCK names these rules, but says itself that it does not verify them. */
    private static final Set<String> UNTESTED = Set.of(
            "untested_spec106_mustConsiderSubscriptionCancelledAfterOnErrorOrOnCompleteHasBeenCalled",
            "untested_spec107_mustNotEmitFurtherSignalsOnceOnErrorHasBeenSignalled",
            "untested_spec108_possiblyCanceledSubscriptionShouldNotReceiveOnErrorOrOnCompleteSignals",
            "untested_spec109_subscribeShouldNotThrowNonFatalThrowable",
            "untested_spec110_rejectASubscriptionRequestIfTheSameSubscriberSubscribesTwice",
            "untested_spec304_requestShouldNotPerformHeavyComputations",
            "untested_spec305_cancelMustNotSynchronouslyPerformHeavyComputation");

    /** Wants 2,147,483,647 elements; the script keeps its rows in memory. The stream without a statement runs it. */
    private static final Set<String> TOO_MANY_ROWS =
            Set.of("required_spec317_mustNotSignalOnErrorWhenPendingAboveLongMaxValue");

    /** Want from 2 to 2,147,483,647 elements; a mono has at most one. The streams run them. */
    private static final Set<String> MORE_THAN_ONE = Set.of(
            "optional_spec111_multicast_mustProduceTheSameElementsInTheSameSequenceToAllOfItsSubscribersWhenRequestingManyUpfront",
            "optional_spec111_multicast_mustProduceTheSameElementsInTheSameSequenceToAllOfItsSubscribersWhenRequestingManyUpfrontAndCompleteAsExpected",
            "optional_spec111_multicast_mustProduceTheSameElementsInTheSameSequenceToAllOfItsSubscribersWhenRequestingOneByOne",
            "optional_spec309_requestNegativeNumberMaySignalIllegalArgumentExceptionWithSpecificMessage",
            "required_createPublisher3MustProduceAStreamOfExactly3Elements",
            "required_spec101_subscriptionRequestMustResultInTheCorrectNumberOfProducedElements",
            "required_spec102_maySignalLessThanRequestedAndTerminateSubscription",
            "required_spec105_mustSignalOnCompleteWhenFiniteStreamTerminates",
            "required_spec302_mustAllowSynchronousRequestCallsFromOnNextAndOnSubscribe",
            "required_spec303_mustNotAllowUnboundedRecursion",
            "required_spec306_afterSubscriptionIsCancelledRequestMustBeNops",
            "required_spec309_requestNegativeNumberMustSignalIllegalArgumentException",
            "required_spec309_requestZeroMustSignalIllegalArgumentException",
            "required_spec312_cancelMustMakeThePublisherToEventuallyStopSignaling",
            "required_spec313_cancelMustMakeThePublisherEventuallyDropAllReferencesToTheSubscriber",
            "required_spec317_mustNotSignalOnErrorWhenPendingAboveLongMaxValue",
            "required_spec317_mustSupportACumulativePendingElementCountUpToLongMaxValue",
            "required_spec317_mustSupportAPendingElementCountUpToLongMaxValue",
            "stochastic_spec103_mustSignalOnMethodsSequentially");

    @Test
    void aStreamOfRowsMustPass() {
        verify(StreamRowsVerification.class, TOO_MANY_ROWS);
    }

    @Test
    void theRowsOfAStatementMustPass() {
        verify(StatementRowsVerification.class, TOO_MANY_ROWS);
    }

    @Test
    void aStreamWithoutAStatementMustPass() {
        verify(StreamRangeVerification.class, Set.of());
    }

    @Test
    void aStreamThatIsRunAgainMustPass() {
        verify(StreamRetriedVerification.class, Set.of());
    }

    @Test
    void aValueMustPass() {
        verify(ValueVerification.class, MORE_THAN_ONE);
    }

    /** The run can fail: a publisher that breaks a rule is caught. */
    @Test
    void aPublisherThatNeverEndsMustBeCaught() {
        assertThat(TckRun.of(PlantedVerification.class))
                .hasEntrySatisfying(
                        "required_spec105_mustSignalOnCompleteWhenFiniteStreamTerminates",
                        result -> assertThat(result.status()).isEqualTo(Status.FAILED));
    }

    private static void verify(
            Class<? extends PublisherVerification<?>> verification, Set<String> tooManyElementsWanted) {
        Map<String, Result> results = TckRun.of(verification);
        Set<String> leftOut = new TreeSet<>();
        results.forEach((name, result) -> {
            if (result.status() == Status.FAILED) {
                fail(name, result.why());
            } else if (result.status() == Status.LEFT_OUT) {
                leftOut.add(name);
            }
        });
        System.out.println("Reactive Streams TCK, " + verification.getSimpleName() + ": " + results.size() + " tests, "
                + (results.size() - leftOut.size()) + " passed, " + UNTESTED.size() + " without a check in the TCK, "
                + tooManyElementsWanted.size() + " want more elements than there can be");
        Set<String> expected = new TreeSet<>(UNTESTED);
        expected.addAll(tooManyElementsWanted);
        assertThat(results).hasSize(TESTS);
        assertThat(leftOut).isEqualTo(expected);
    }
}
