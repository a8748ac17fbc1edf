package org.reactivesessions.postgres.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivestreams.tck.PublisherVerification;
import org.testng.ITestResult;

/**
 * What sessions return passes the Reactive Streams TCK 1.0.4 on a real server. Every required test passes but the ones that are
 * named here, because they want more elements than there are.
 */
@ExtendWith(PostgresExtension.class)
@Timeout(120)
class ReactiveStreamsTckIT {

    private static final int TESTS = 38;
    private static final String REQUIRED = "required_";

    /** Wants 2,147,483,647 elements. In the unit tests of core a stream without a statement passes it. */
    private static final List<String> TOO_MANY_ROWS =
            List.of("required_spec317_mustNotSignalOnErrorWhenPendingAboveLongMaxValue");

    /** Want two elements or more; a mono has at most one. */
    private static final List<String> MORE_THAN_ONE = List.of(
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
            "required_spec317_mustSupportAPendingElementCountUpToLongMaxValue");

    /** The TCK leaves some of its subscriptions open, each with a connection, until the sessions are closed. */
    private static final int CONNECTIONS = 40;

    private static final Duration GRACE = Duration.ofMillis(1);

    private final ReactiveSessions sessions;

    ReactiveStreamsTckIT(TestDatabase database) {
        this.sessions = PostgresSessions.builder()
                .url(database.r2dbcUrl())
                .pool(ServerFixture.roomyPool(CONNECTIONS))
                .closeGrace(GRACE)
                .build();
        Publishers.of(sessions);
    }

    @AfterEach
    void leaveNothingBehind() {
        Publishers.of(null);
        sessions.close().block(ServerFixture.PATIENCE);
        assertThat(sessions.poolStatus().allocated()).isZero();
    }

    @Test
    void theRowsOfATransactionMustPass() {
        verify(TransactionRowsVerification.class, TOO_MANY_ROWS);
    }

    @Test
    void theRowsOfACursorMustPass() {
        verify(TransactionCursorVerification.class, TOO_MANY_ROWS);
    }

    @Test
    void rowsOutsideATransactionMustPass() {
        verify(SessionRowsVerification.class, TOO_MANY_ROWS);
    }

    @Test
    void aValueMustPass() {
        verify(TransactionValueVerification.class, MORE_THAN_ONE);
    }

    private static void verify(
            Class<? extends PublisherVerification<?>> verification, List<String> moreElementsThanThereAre) {
        TckRun run = TckRun.of(verification);
        System.out.println("Reactive Streams TCK, " + verification.getSimpleName() + ": " + run);
        assertThat(run.failures()).as("%s", run.ended(ITestResult.FAILURE)).isEmpty();
        assertThat(run.ended(ITestResult.SUCCESS).size()
                        + run.ended(ITestResult.SKIP).size())
                .isEqualTo(TESTS);
        assertThat(run.ended(ITestResult.SKIP).stream().filter(name -> name.startsWith(REQUIRED)))
                .containsExactlyInAnyOrderElementsOf(moreElementsThanThereAre);
    }
}
