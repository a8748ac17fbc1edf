package org.reactivesessions.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.FailureKind;
import org.reactivesessions.scripted.NothingDropped;
import org.reactivesessions.scripted.OverlappingGuard;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivesessions.scripted.ScriptedDialect;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** A pool of one connection that serves every ten milliseconds, and is asked more often than that. */
class OverloadTest {

    private static final Duration TARGET = Duration.ofMillis(50);
    private static final Duration SERVICE = Duration.ofMillis(10);

    @RegisterExtension
    final NothingDropped dropped = new NothingDropped();

    private final VirtualTimeScheduler clock = VirtualTimeScheduler.getOrSet();
    private final ScriptedDatabase database = ScriptedDatabase.plain();
    private final ConnectionSource source =
            source(PoolOptions.defaults().maxSize(1).maxPending(1_000).waitTarget(TARGET));
    private final Deque<Borrower> waiting = new ArrayDeque<>();
    private Borrower holder = new Borrower();
    private int served;

    @AfterEach
    void resetClock() {
        clock.dispose();
        VirtualTimeScheduler.reset();
    }

    private ConnectionSource source(PoolOptions options) {
        return new ConnectionSource(
                database,
                connection -> Mono.empty(),
                new ScriptedDialect().guard(new OverlappingGuard()),
                options,
                ConnectObserver.none(),
                clock,
                () -> clock.now(TimeUnit.NANOSECONDS));
    }

    private Borrower ask(ConnectionSource asked, boolean mayBeShed) {
        Borrower borrower = new Borrower();
        asked.acquisition(borrower, "report", true, mayBeShed).start();
        clock.advanceTime();
        return borrower;
    }

    private void arrive(ConnectionSource asked) {
        Borrower newcomer = ask(asked, true);
        if (newcomer.errors().isEmpty()) {
            waiting.add(newcomer);
        }
    }

    /** Two arrive for each that is served, by a connection that comes back or by one that is handed over. */
    private void run(ConnectionSource asked, Duration time, boolean handingOver) {
        if (holder.leases().isEmpty()) {
            holder = ask(asked, true);
        }
        for (Duration passed = Duration.ZERO; passed.compareTo(time) < 0; passed = passed.plus(SERVICE)) {
            arrive(asked);
            arrive(asked);
            clock.advanceTimeBy(SERVICE);
            Lease done = holder.lease();
            if (handingOver) {
                assertThat(done.handOver()).isTrue();
            }
            done.release().block();
            holder = waiting.remove();
            holder.lease();
            served++;
        }
    }

    /** The first who is refused, of ten who come at once. */
    private Borrower oneTooMany() {
        for (int i = 0; i < 10; i++) {
            Borrower newcomer = ask(source, true);
            if (!newcomer.errors().isEmpty()) {
                return newcomer;
            }
            waiting.add(newcomer);
        }
        throw new AssertionError("nobody is refused, and " + waiting.size() + " wait");
    }

    private void mustBeOverloaded(Borrower refused) {
        assertThat(refused.error()).isInstanceOfSatisfying(DatabaseUnavailableException.class, error -> {
            assertThat(error.kind()).isEqualTo(FailureKind.OVERLOADED);
            assertThat(error.retryAfter()).isBetween(Duration.ofMillis(1), Duration.ofMillis(100));
            assertThat(error.attempt()).isEqualTo(1);
        });
    }

    @Test
    void whoWouldWaitTooLongMustBeRefusedAndWhoWaitsBeServed() {
        run(source, Duration.ofSeconds(2), false);

        assertThat(waiting).as("who would wait for about the target").hasSizeBetween(3, 6);
        mustBeOverloaded(oneTooMany());
        assertThat(source.status().shed()).isPositive();
        assertThat(served).isEqualTo(200);
        while (!waiting.isEmpty()) {
            holder.lease().release().block();
            holder = waiting.remove();
        }
        holder.lease();
        assertThat(source.status().timeouts()).isZero();
    }

    @Test
    void aConnectionThatIsHandedOverMustEndAWaitLikeAnyOther() {
        run(source, Duration.ofSeconds(2), true);
        mustBeOverloaded(oneTooMany());
    }

    @Test
    void theAnswerMustSayWhoAndHowLongAndTheTargetAndTheWayOut() {
        run(source, Duration.ofSeconds(2), false);
        assertThat(oneTooMany().error())
                .hasMessageMatching(
                        "report: not begun: the wait for a connection would be about \\d+ ms, but 50 ms is the target"
                                + " \\(waitTarget\\), which everybody has missed lately \\(max 1, waiting \\d+; longest held"
                                + " by \"report\" for \\d+ ms\\)\\. Send less, shorten what holds the connections, or try"
                                + " again after \\d+ ms\\. \\(help: troubleshooting\\.md#overloaded\\)");
    }

    @Test
    void whoMustNotBeShedMustWait() {
        run(source, Duration.ofSeconds(2), false);
        Borrower patient = ask(source, false);
        assertThat(patient.errors()).isEmpty();
        waiting.add(patient);
        run(source, Duration.ofSeconds(1), false);
        patient.lease();
    }

    @Test
    void whenAConnectionIsIdleNobodyMustBeRefused() {
        run(source, Duration.ofSeconds(2), false);
        while (!waiting.isEmpty()) {
            holder.lease().release().block();
            holder = waiting.remove();
        }
        holder.lease().release().block();
        ask(source, true).lease();
    }

    @Test
    void withoutATargetEverybodyMustWait() {
        ConnectionSource patient = source(PoolOptions.defaults().maxSize(1).maxPending(1_000));
        run(patient, Duration.ofSeconds(2), false);
        assertThat(waiting).hasSize(200);
        assertThat(patient.status().shed()).isZero();
    }
}
