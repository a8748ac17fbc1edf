package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** In which order hosts are tried. */
class HostMemoryTest {

    private static final int HOSTS = 3;

    private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 1);

    private HostMemory memory(HostTarget target) {
        return new HostMemory(target, HOSTS, nanoTime::get);
    }

    private void pass(Duration time) {
        nanoTime.addAndGet(time.toNanos());
    }

    @Test
    void thePrimaryMustComeFirstAndStandbysLast() {
        HostMemory memory = memory(HostTarget.PRIMARY);
        assertThat(memory.order()).containsExactly(0, 1, 2);
        memory.standby(0);
        assertThat(memory.order()).containsExactly(1, 2, 0);
        memory.primary(2);
        assertThat(memory.order()).containsExactly(2, 1, 0);
    }

    @Test
    void whatAHostWasMustBeKnownUntilItIsSomethingElse() {
        HostMemory memory = memory(HostTarget.PRIMARY);
        assertThat(memory.wasStandby(0)).isFalse();
        memory.standby(0);
        assertThat(memory.wasStandby(0)).isTrue();
        memory.primary(0);
        assertThat(memory.wasStandby(0)).isFalse();
    }

    @Test
    void thereMustBeOnePrimaryAtMost() {
        HostMemory memory = memory(HostTarget.PRIMARY);
        memory.primary(2);
        memory.primary(1);
        assertThat(memory.order()).containsExactly(1, 0, 2);
    }

    @Test
    void whoHasFailedMustRestForAWhile() {
        HostMemory memory = memory(HostTarget.PRIMARY);
        memory.primary(0);
        memory.standby(1);
        memory.failed(0);
        assertThat(memory.isResting(0)).isTrue();
        assertThat(memory.order()).containsExactly(2, 1, 0);
        pass(Duration.ofMillis(4_999));
        assertThat(memory.isResting(0)).isTrue();
        pass(Duration.ofMillis(1));
        assertThat(memory.isResting(0)).isFalse();
        assertThat(memory.order()).containsExactly(0, 2, 1);
    }

    @Test
    void standbysMustTakeTurns() {
        HostMemory memory = memory(HostTarget.PREFER_STANDBY);
        memory.standby(0);
        memory.primary(1);
        memory.standby(2);
        assertThat(memory.order()).containsExactly(0, 2, 1);
        assertThat(memory.order()).containsExactly(2, 0, 1);
        assertThat(memory.order()).containsExactly(2, 0, 1);
        assertThat(memory.order()).containsExactly(0, 2, 1);
        memory.failed(0);
        assertThat(memory.order()).containsExactly(2, 1, 0);
    }

    @Test
    void ofAnyWhoHasAnsweredMustComeFirst() {
        HostMemory memory = memory(HostTarget.ANY);
        memory.answered(1);
        assertThat(memory.order()).containsExactly(1, 0, 2);
        memory.failed(1);
        assertThat(memory.order()).containsExactly(0, 2, 1);
    }
}
