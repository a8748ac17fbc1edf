package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.transaction.Stage.update;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.retry.RetryRegistry;
import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcPermissionDeniedException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.error.DatabaseRefusedException;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.FailureKind;
import org.reactivesessions.observation.BreakerState;
import org.reactivesessions.pool.PoolStatus;
import org.reactivesessions.resilience.ResilienceOptions;
import org.reactivesessions.scripted.ScriptedDatabase;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.subscriber.TestSubscriber;

/** {@code Retry(CircuitBreaker(timeout(acquire)))}: what is tried again, what is counted, and what is neither. */
class AcquisitionPolicyTest {

    private static final PoolStatus DESTROYED = new PoolStatus(0, 0, 0, 0, 2, 0, 0);
    /** The longest backoff, and the longest wait for a turn to open a connection. */
    private static final Duration LONGEST_WAIT = Duration.ofMillis(100 + 200);

    private final CircuitBreakerRegistry breakers = CircuitBreakerRegistry.ofDefaults();
    private final RetryRegistry retries = RetryRegistry.ofDefaults();

    @RegisterExtension
    final Stage stage = Stage.resilient(
            ResilienceOptions.defaults()
                    .named("orders")
                    .circuitBreakers(breakers)
                    .retries(retries),
            2);

    private final ScriptedDatabase database = stage.database();

    private CircuitBreaker breaker() {
        return breakers.find("orders").orElseThrow();
    }

    private TestSubscriber<Long> transfer() {
        return stage.run(connection -> update(connection, "UPDATE"));
    }

    private static R2dbcNonTransientResourceException refused() {
        return new R2dbcNonTransientResourceException("connection refused", "08001");
    }

    /** Fails so often, then succeeds. */
    private AtomicInteger failFirst(String command, int times) {
        AtomicInteger asked = new AtomicInteger();
        database.fails(command, () -> {
            if (asked.incrementAndGet() == times) {
                database.recovers(command);
            }
            return refused();
        });
        return asked;
    }

    @Test
    void aRefusedConnectMustBeTriedAgain() {
        failFirst("CONNECT", 2);
        TestSubscriber<Long> subscriber = transfer();
        assertThat(subscriber.isTerminated()).isFalse();
        stage.pass(LONGEST_WAIT);
        stage.pass(LONGEST_WAIT);

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(stage.events()).containsExactly("transfer attempt 2", "transfer attempt 3");
        assertThat(breaker().getMetrics().getNumberOfFailedCalls()).isEqualTo(2);
        assertThat(retries.find("orders").orElseThrow().getMetrics().getNumberOfSuccessfulCallsWithRetryAttempt())
                .isEqualTo(1);
    }

    @Test
    void theLastAttemptsErrorMustSayWhoAndWhatAndHowOften() {
        database.fails("CONNECT", AcquisitionPolicyTest::refused);
        TestSubscriber<Long> subscriber = transfer();
        stage.pass(LONGEST_WAIT);
        stage.pass(LONGEST_WAIT);

        assertThat(subscriber.expectTerminalError())
                .isInstanceOfSatisfying(DatabaseUnavailableException.class, error -> {
                    assertThat(error.kind()).isEqualTo(FailureKind.UNREACHABLE);
                    assertThat(error.session()).isEqualTo("transfer");
                    assertThat(error.attempt()).isEqualTo(3);
                    assertThat(error.retryAfter()).isPositive();
                })
                .hasMessage(
                        "transfer: no connection: connection refused. Check that the database runs and is reachable."
                                + " Tried 3 times. (help: troubleshooting.md#unreachable)");
        assertThat(stage.ends()).singleElement().asString().startsWith("ACQUIRING NOT_STARTED");
    }

    @Test
    void aBeginThatIsLostMustBeTriedAgainOnAnotherConnection() {
        failFirst("BEGIN", 1);
        TestSubscriber<Long> subscriber = transfer();
        stage.pass(LONGEST_WAIT);

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(database.wire()).containsExactly("BEGIN", "CLOSE", "BEGIN", "UPDATE", "COMMIT");
        assertThat(stage.ends()).containsExactly("COMMITTING COMMITTED");
        assertThat(breaker().getMetrics().getNumberOfFailedCalls()).isEqualTo(1);
        assertThat(breaker().getMetrics().getNumberOfSuccessfulCalls())
                .as("two connects, one answer")
                .isEqualTo(3);
    }

    @Test
    void theFunctionMustBeCalledOnceHoweverOftenBeginIsTried() {
        failFirst("BEGIN", 2);
        AtomicInteger called = new AtomicInteger();
        TestSubscriber<Long> subscriber = stage.run(connection -> {
            called.incrementAndGet();
            return update(connection, "UPDATE");
        });
        stage.pass(LONGEST_WAIT);
        stage.pass(LONGEST_WAIT);

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(called).hasValue(1);
    }

    @Test
    void aCancelBetweenTwoAttemptsMustEndThem() {
        database.fails("CONNECT", AcquisitionPolicyTest::refused);
        TestSubscriber<Long> subscriber = transfer();
        subscriber.cancel();
        database.recovers("CONNECT");
        stage.pass(LONGEST_WAIT);
        stage.pass(LONGEST_WAIT);

        assertThat(database.opened()).isZero();
        assertThat(stage.ends()).containsExactly("ACQUIRING NOT_STARTED");
        assertThat(stage.isQuiet()).isTrue();
    }

    @Test
    void aCancelWhileALostConnectionIsDestroyedMustEndThereAndAskForNoOther() {
        database.hold("CLOSE").fails("BEGIN", AcquisitionPolicyTest::refused);
        TestSubscriber<Long> subscriber = transfer();
        subscriber.cancel();
        assertThat(stage.isQuiet()).isFalse();
        database.last("CLOSE").complete();
        stage.pass(LONGEST_WAIT);

        assertThat(database.opened()).isEqualTo(1);
        assertThat(stage.ends()).containsExactly("BEGINNING NOT_STARTED");
        assertThat(stage.source().status()).isEqualTo(DESTROYED);
    }

    @Test
    void theDeadlineMustHoldForAllAttemptsTogether() {
        database.hold("CONNECT"); // each attempt ends after 2.5 s
        TestSubscriber<Long> subscriber = transfer();
        for (int tick = 0; tick < 4_999; tick++) {
            stage.pass(Duration.ofMillis(1));
        }
        assertThat(subscriber.isTerminated()).isFalse();
        stage.pass(Duration.ofMillis(2));

        assertThat(subscriber.expectTerminalError())
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageContaining("no connection within 5000 ms")
                .hasMessageContaining("Tried 2 times.");
    }

    @Test
    void aRefusedLogInMustBeNeitherTriedAgainNorCounted() {
        database.fails("CONNECT", () -> new R2dbcPermissionDeniedException("password authentication failed", "28P01"));
        TestSubscriber<Long> subscriber = transfer();

        assertThat(subscriber.expectTerminalError())
                .isInstanceOf(DatabaseRefusedException.class)
                .hasMessage(
                        "transfer: the database refused the connection: password authentication failed. Correct user,"
                                + " password or database; it is not tried again by itself. (help: troubleshooting.md#refused)");
        assertThat(stage.events()).isEmpty();
        assertThat(breaker().getMetrics().getNumberOfBufferedCalls()).isZero();
    }

    @Test
    void aBeginThatTheServerRefusesMustCountAsAnAnswerAndNotBeTriedAgain() {
        database.fails("BEGIN", () -> new R2dbcBadGrammarException("no such mode", "42601"));
        stage.dialect().serverError(error -> true);

        assertThat(transfer().expectTerminalError()).hasMessage("no such mode");
        assertThat(stage.events()).isEmpty();
        assertThat(breaker().getMetrics().getNumberOfFailedCalls()).isZero();
        assertThat(breaker().getMetrics().getNumberOfSuccessfulCalls()).isEqualTo(2);
    }

    @Test
    void aFullPoolMustBeNeitherTriedAgainNorCounted() {
        database.hold("UPDATE");
        List<TestSubscriber<Long>> holders = List.of(transfer(), transfer());
        List<TestSubscriber<Long>> waiting = new ArrayList<>();
        for (int each = 0; each < 30; each++) {
            waiting.add(transfer());
        }
        long counted = breaker().getMetrics().getNumberOfBufferedCalls();
        stage.pass(Duration.ofSeconds(5));

        assertThat(waiting)
                .allSatisfy(each -> assertThat(each.expectTerminalError())
                        .isInstanceOfSatisfying(
                                DatabaseUnavailableException.class,
                                error -> assertThat(error.kind()).isEqualTo(FailureKind.SATURATED)));
        assertThat(stage.events()).isEmpty();
        assertThat(breaker().getMetrics().getNumberOfBufferedCalls()).isEqualTo((int) counted);
        database.completeAll("UPDATE");
        assertThat(holders).allMatch(TestSubscriber::isTerminatedComplete);
    }

    /** What a breaker around the acquisition would count as success: idle connections handed over. */
    @Test
    void connectionsThatDoNotAnswerMustOpenTheCircuitThoughTheyAreHandedOver() {
        List<TestSubscriber<Long>> warm = List.of(transfer(), transfer());
        assertThat(warm).allMatch(TestSubscriber::isTerminatedComplete);
        breaker().reset();
        database.hold("BEGIN");
        for (int round = 0; stage.policy().state() != BreakerState.OPEN && round < 200; round++) {
            transfer();
            transfer();
            stage.pass(Duration.ofSeconds(6));
        }

        assertThat(stage.policy().state()).isEqualTo(BreakerState.OPEN);
        assertThat(stage.events()).contains("CLOSED to OPEN");
        for (int rest = 0; rest < 10; rest++) {
            stage.pass(Duration.ofSeconds(6)); // for those who are still on their way
        }
        TestSubscriber<Long> next = transfer();
        assertThat(next.expectTerminalError())
                .isInstanceOfSatisfying(DatabaseUnavailableException.class, error -> {
                    assertThat(error.kind()).isEqualTo(FailureKind.CIRCUIT_OPEN);
                    assertThat(error.retryAfter()).isPositive();
                })
                .hasMessageMatching("transfer: not tried, because the database has not answered lately: circuit"
                        + " \"orders\" is OPEN after \\d+ of \\d+ connects and first answers failed, the last with: BEGIN"
                        + " was not answered within 5000 ms\\. It is tried again in \\d+ ms; answer from elsewhere until"
                        + " then\\. \\(help: troubleshooting\\.md#circuit-open\\)");
    }

    @Test
    void anOpenCircuitMustAskTheDatabaseNothingAndCloseWhenItAnswersAgain() {
        breaker().transitionToOpenState();
        assertThat(transfer().expectTerminalError()).isInstanceOf(DatabaseUnavailableException.class);
        assertThat(database.opened()).isZero();

        breaker().transitionToHalfOpenState();
        for (int probe = 0; probe < 10; probe++) {
            assertThat(transfer().isTerminatedComplete()).isTrue();
        }

        assertThat(stage.policy().state()).isEqualTo(BreakerState.CLOSED);
        assertThat(stage.events()).endsWith("HALF_OPEN to CLOSED");
    }

    @Test
    void aScopeInWhoseRetriesTheCircuitOpensMustSayHowOftenItTried() {
        database.fails("CONNECT", () -> {
            breaker().transitionToOpenState(); // before the pause, which may be none at all
            return refused();
        });
        TestSubscriber<Long> subscriber = transfer();
        stage.pass(LONGEST_WAIT);

        assertThat(subscriber.expectTerminalError())
                .isInstanceOfSatisfying(DatabaseUnavailableException.class, error -> {
                    assertThat(error.kind()).isEqualTo(FailureKind.CIRCUIT_OPEN);
                    assertThat(error.attempt()).isEqualTo(1);
                })
                .hasMessageStartingWith("transfer: not tried again after 1 time, because the database has not answered")
                .hasMessageEndingWith("answer from elsewhere until then. (help: troubleshooting.md#circuit-open)");
    }

    @Test
    void cancelsMustCountAsNothing() {
        for (int each = 0; each < 10_000; each++) {
            database.hold("CONNECT");
            TestSubscriber<Long> subscriber = transfer();
            subscriber.cancel();
            database.letPass("CONNECT").completeAll("CONNECT");
        }
        assertThat(stage.policy().state()).isEqualTo(BreakerState.CLOSED);
        assertThat(breaker().getMetrics().getNumberOfFailedCalls()).isZero();
    }

    @Test
    void aSessionWithoutTransactionMustCountItsFirstAnswerOnly() {
        Mono<Long> session = stage.transactions()
                .sessionMono(connection -> update(connection, "SELECT").then(update(connection, "SELECT")));
        Stage.subscribe(session);
        assertThat(breaker().getMetrics().getNumberOfSuccessfulCalls())
                .as("the connect and the first answer")
                .isEqualTo(2);

        database.fails("SELECT", () -> new R2dbcNonTransientResourceException("gone", "08006"));
        Stage.subscribe(session);
        assertThat(breaker().getMetrics().getNumberOfFailedCalls()).isEqualTo(1);
    }

    @Test
    void retriesMustStayWithinTheBudgetWhateverIsOffered() {
        AtomicInteger connects = new AtomicInteger();
        breaker().transitionToDisabledState();
        database.fails("CONNECT", () -> {
            connects.incrementAndGet();
            return new IOException("no route to host");
        });
        int offered = 1_000;
        Flux.range(0, offered)
                .doOnNext(each -> {
                    transfer();
                    stage.pass(LONGEST_WAIT);
                    stage.pass(LONGEST_WAIT);
                })
                .blockLast();

        assertThat(connects.get()).isBetween(offered + 50, offered * 12 / 10);
    }
}
