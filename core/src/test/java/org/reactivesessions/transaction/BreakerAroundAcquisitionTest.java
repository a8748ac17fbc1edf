package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcPermissionDeniedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.observation.BreakerState;
import org.reactivesessions.pool.Acquisition;
import org.reactivesessions.pool.Lease;
import org.reactivesessions.resilience.ResilienceOptions;
import org.reactivesessions.scripted.ScriptedDatabase;
import reactor.core.publisher.Mono;
import reactor.test.subscriber.TestSubscriber;

/**
 * The obvious place for a breaker, around the acquisition from the pool, side by side with ours on the same scenarios: it is
 * closed when the database is dead and open when the pool is merely full.
 */
class BreakerAroundAcquisitionTest {

    private static final CircuitBreakerConfig CONFIG = CircuitBreakerConfig.custom()
            .slidingWindowSize(20)
            .minimumNumberOfCalls(10)
            .build();

    @RegisterExtension
    final Stage stage =
            Stage.resilient(ResilienceOptions.defaults().circuitBreaker(CONFIG).noRetry(), 2);

    private final ScriptedDatabase database = stage.database();
    private final CircuitBreaker around = CircuitBreaker.of("around", CONFIG);

    /** One acquisition as a decorator of the pool would count it. */
    private final class Counted implements Acquisition.Receiver {

        private final Acquisition acquisition = stage.source().acquisition(this, "counted", false);
        private @Nullable Lease lease;

        void start() {
            if (around.tryAcquirePermission()) {
                acquisition.start();
            }
        }

        @Override
        public void delivered(Lease delivered) {
            lease = delivered;
            around.onSuccess(1, TimeUnit.MILLISECONDS);
        }

        @Override
        public void failed(Throwable error) {
            around.onError(1, TimeUnit.MILLISECONDS, error);
        }

        void giveBack() {
            Lease held = lease;
            if (held != null) {
                Stage.subscribe(held.release());
            }
        }
    }

    /** Idle connections are there, and none of them answers. */
    @Test
    void aDeadDatabaseMustOpenOursAndLeaveTheOtherClosed() {
        database.fails("BEGIN", () -> new R2dbcNonTransientResourceException("no answer", "08006"));
        for (int each = 0; each < 40; each++) {
            Counted counted = new Counted();
            counted.start();
            counted.giveBack();
        }
        for (int each = 0; each < 40; each++) {
            stage.run(connection -> Mono.just(1));
        }

        assertThat(around.getState()).isEqualTo(State.CLOSED);
        assertThat(stage.policy().state()).isEqualTo(BreakerState.OPEN);
    }

    @Test
    void aFullPoolMustOpenTheOtherAndLeaveOursClosed() {
        Counted first = new Counted();
        Counted second = new Counted();
        first.start();
        second.start();
        List<TestSubscriber<Integer>> waiting = new ArrayList<>();
        for (int each = 0; each < 15; each++) {
            waiting.add(stage.run(connection -> Mono.just(1)));
            Counted late = new Counted();
            late.start();
            late.acquisition.expire();
        }
        stage.pass(Duration.ofSeconds(5));

        assertThat(waiting).allMatch(TestSubscriber::isTerminatedError);
        assertThat(around.getState()).isEqualTo(State.OPEN);
        assertThat(stage.policy().state()).isEqualTo(BreakerState.CLOSED);
        first.giveBack();
        second.giveBack();
    }

    @Test
    void wrongPasswordsMustOpenTheOtherAndLeaveOursClosed() {
        database.fails("CONNECT", () -> new R2dbcPermissionDeniedException("password authentication failed", "28P01"));
        for (int each = 0; each < 40; each++) {
            new Counted().start();
            stage.run(connection -> Mono.just(1));
        }

        assertThat(around.getState()).isEqualTo(State.OPEN);
        assertThat(stage.policy().state()).isEqualTo(BreakerState.CLOSED);
    }
}
