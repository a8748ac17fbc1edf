package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.transaction.Stage.update;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.github.resilience4j.retry.RetryRegistry;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.dialect.FailureClass;
import org.reactivesessions.error.DatabaseRefusedException;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.FailureKind;
import org.reactivesessions.observation.BreakerState;
import org.reactivesessions.resilience.Permission;
import org.reactivesessions.resilience.ResilienceOptions;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.subscriber.TestSubscriber;

/**
 * What an application or a dialect brings along may throw on the way to a connection: the scope ends all the same, and
 * nothing is left behind, as the stage checks after every test.
 */
class ForeignCodeTest {

    private static final Duration LONG = Duration.ofMinutes(3);

    private static R2dbcNonTransientResourceException refused() {
        return new R2dbcNonTransientResourceException("connection refused", "08001");
    }

    private static RetryConfig.Builder<Object> threeTimes() {
        return RetryConfig.custom().maxAttempts(3).waitDuration(Duration.ofMillis(10));
    }

    private static Throwable endOf(Stage stage) {
        TestSubscriber<Long> subscriber = stage.run(connection -> update(connection, "UPDATE"));
        stage.pass(LONG);
        return subscriber.expectTerminalError();
    }

    private static boolean thrown(Throwable asked) {
        throw new IllegalStateException("planted", asked);
    }

    @Nested
    class ADialect {

        @RegisterExtension
        final Stage stage = Stage.resilient(ResilienceOptions.defaults(), 2);

        @Test
        void thatCannotTellAnOutageMustCostNoMoreThanTheRetry() {
            stage.database().fails("CONNECT", ForeignCodeTest::refused);
            stage.dialect().classified(FailureClass.OUTAGE, ForeignCodeTest::thrown);

            assertThat(endOf(stage)).hasMessage("connection refused");
        }

        @Test
        void thatTakesAnyErrorForARefusalMustBeBelieved() {
            stage.database().fails("CONNECT", () -> new IOException("no route"));
            stage.dialect().classified(FailureClass.REFUSAL, error -> true);

            assertThat(endOf(stage))
                    .isInstanceOf(DatabaseRefusedException.class)
                    .hasMessageContaining("no route");
        }
    }

    @Nested
    class AnIntervalOfARetry {

        @RegisterExtension
        final Stage stage = Stage.resilient(
                ResilienceOptions.defaults()
                        .retry(RetryConfig.custom()
                                .maxAttempts(3)
                                .intervalFunction(attempt -> {
                                    throw new IllegalStateException("planted");
                                })
                                .build()),
                2);

        @Test
        void thatThrowsMustEndTheAttemptsAtAConnect() {
            stage.database().fails("CONNECT", ForeignCodeTest::refused);
            assertThat(endOf(stage)).isInstanceOf(DatabaseUnavailableException.class);
        }

        @Test
        void thatThrowsMustEndTheAttemptsAtBeginAndCostTheConnection() {
            stage.database().fails("BEGIN", ForeignCodeTest::refused);
            assertThat(endOf(stage)).isInstanceOf(DatabaseUnavailableException.class);
            assertThat(stage.database().wire()).containsExactly("BEGIN", "CLOSE");
        }
    }

    @Nested
    class AListenerOfARetry {

        private final RetryRegistry registry = RetryRegistry.ofDefaults();
        private final Retry retry = registry.retry("orders", threeTimes().build());

        @RegisterExtension
        final Stage stage =
                Stage.resilient(ResilienceOptions.defaults().named("orders").retries(registry), 2);

        @Test
        void thatThrowsMustNotKeepTheTransactionFromRunning() {
            retry.getEventPublisher().onSuccess(event -> {
                throw new IllegalStateException("planted");
            });
            stage.database().fails("CONNECT", () -> {
                stage.database().recovers("CONNECT");
                return refused();
            });
            TestSubscriber<Long> subscriber = stage.run(connection -> update(connection, "UPDATE"));
            stage.pass(LONG);

            assertThat(subscriber.isTerminatedComplete()).isTrue();
            assertThat(stage.database().wire()).containsExactly("BEGIN", "UPDATE", "COMMIT");
        }
    }

    @Nested
    class ABreaker {

        @RegisterExtension
        final Stage stage = Stage.resilient(
                ResilienceOptions.defaults()
                        .noRetry()
                        .circuitBreaker(CircuitBreakerConfig.custom()
                                .minimumNumberOfCalls(1)
                                .slidingWindowSize(1)
                                .slowCallDurationThreshold(Duration.ofNanos(1))
                                .slowCallRateThreshold(1)
                                .waitIntervalFunctionInOpenState(opened -> {
                                    throw new IllegalStateException("planted");
                                })
                                .build()),
                2);

        @Test
        void thatThrowsWhenItIsToldMustNotCostAConnection() {
            TestSubscriber<Long> subscriber = stage.run(connection -> update(connection, "UPDATE"));
            stage.pass(LONG);

            assertThat(subscriber.isTerminated()).isTrue();
            assertThat(stage.source().status().allocated())
                    .isEqualTo(stage.database().opened());
        }
    }

    @Nested
    class AChangeOfState {

        private final CircuitBreakerRegistry registry = CircuitBreakerRegistry.ofDefaults();

        @RegisterExtension
        final Stage stage =
                Stage.resilient(ResilienceOptions.defaults().named("orders").circuitBreakers(registry), 2);

        private List<Permission> permittedBefore() {
            List<Permission> permissions = new ArrayList<>();
            for (int each = 0; each < 20; each++) {
                permissions.add(stage.policy().ask());
            }
            CircuitBreaker breaker = registry.find("orders").orElseThrow();
            breaker.transitionToOpenState();
            breaker.transitionToHalfOpenState();
            return permissions;
        }

        @Test
        void mustNotLetPermissionsOfBeforeAddProbes() {
            permittedBefore().forEach(Permission::release);
            int probes = 0;
            while (probes < 100 && stage.policy().ask() != null) {
                probes++;
            }
            assertThat(probes).isEqualTo(3);
        }

        @Test
        void mustNotLetAnswersOfBeforeDecideIt() {
            permittedBefore().forEach(permission -> permission.lost(refused()));
            assertThat(stage.policy().state()).isEqualTo(BreakerState.HALF_OPEN);
        }
    }

    /** Two who hold a connection and wait for another, one of them for the second time. */
    @Nested
    class ASecondConnection {

        @RegisterExtension
        final Stage stage = Stage.resilient(
                ResilienceOptions.defaults()
                        .retry(RetryConfig.custom()
                                .maxAttempts(3)
                                .waitDuration(Duration.ofMillis(500))
                                .build()),
                2);

        private TestSubscriber<Long> outer(String name, Mono<Void> until) {
            return stage.run(connection ->
                    until.then(stage.inner(Propagation.REQUIRES_NEW, inner -> update(inner, "INNER " + name))));
        }

        @Test
        void whoseBeginWasLostMustKeepItsPlaceAmongThoseWhoWait() {
            Sinks.Empty<Void> firstGoes = Sinks.empty();
            Sinks.Empty<Void> secondGoes = Sinks.empty();
            TestSubscriber<Long> first = outer("A", firstGoes.asMono());
            stage.database().fails("BEGIN", () -> {
                stage.database().recovers("BEGIN");
                return refused();
            });
            firstGoes.tryEmitEmpty(); // its inner BEGIN is lost
            TestSubscriber<Long> second = outer("B", secondGoes.asMono());
            stage.pass(Duration.ofMillis(600)); // and waits for another connection
            secondGoes.tryEmitEmpty();

            assertThat(second.expectTerminalError())
                    .isInstanceOfSatisfying(
                            DatabaseUnavailableException.class,
                            full -> assertThat(full.kind()).isEqualTo(FailureKind.SATURATED))
                    .hasMessageContaining("for ever");
            stage.pass(LONG);
            assertThat(first.isTerminatedComplete()).isTrue();
        }
    }
}
