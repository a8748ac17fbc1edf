package org.reactivesessions.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivesessions.scripted.ScriptedDialect;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** A nanosecond clock may begin anywhere, and pass zero or the end of its range while the program runs. */
class MonotonicClockTest {

    private static final Duration HALF = PoolOptions.defaults().maxIdleTime().dividedBy(2);

    private final VirtualTimeScheduler clock = VirtualTimeScheduler.getOrSet();
    private final ScriptedDatabase database = ScriptedDatabase.plain();

    private ConnectionSource beginningAt(long nanos) {
        return new ConnectionSource(
                database,
                connection -> Mono.empty(),
                new ScriptedDialect(),
                PoolOptions.defaults().maxSize(1),
                ConnectObserver.none(),
                clock,
                () -> nanos + clock.now(TimeUnit.NANOSECONDS));
    }

    @AfterEach
    void resetClock() {
        clock.dispose();
        VirtualTimeScheduler.reset();
    }

    /** The pool takes a time before zero for none, and counts from when the connection was opened. */
    @ParameterizedTest
    @ValueSource(longs = {0, Long.MIN_VALUE / 2, -900_000_000_000L, Long.MAX_VALUE - 900_000_000_000L})
    void whatIsUsedMustNotCountAsIdle(long begin) {
        ConnectionSource source = beginningAt(begin);
        for (int i = 0; i < 4; i++) {
            Borrower.of(source).lease().release().block();
            clock.advanceTimeBy(HALF);
        }

        assertThat(source.status().idle()).isEqualTo(1);
        assertThat(database.opened()).isEqualTo(1);
        clock.advanceTimeBy(HALF.plusMinutes(1));
        assertThat(source.status().idle()).isZero();
    }
}
