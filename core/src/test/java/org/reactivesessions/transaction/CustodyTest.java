package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.reactivesessions.scripted.Race;

class CustodyTest {

    private final Census detached = new Census();
    private final Custody custody = new Custody(detached);

    @Test
    void aLifeWhoseSubscriberStayedMustNotBeCounted() {
        assertThat(custody.finish()).isFalse();
        assertThat(detached.count()).isZero();
        assertThat(custody.detach()).isFalse();
        assertThat(detached.count()).isZero();
    }

    @Test
    void aLifeWhoseSubscriberLeftMustBeCountedUntilItIsReleased() {
        assertThat(custody.detach()).isTrue();
        assertThat(detached.count()).isEqualTo(1);
        assertThat(custody.detach()).isFalse();
        assertThat(detached.count()).isEqualTo(1);

        assertThat(custody.finish()).isTrue();
        assertThat(detached.count()).isEqualTo(1);
        custody.release();
        assertThat(detached.count()).isZero();
    }

    @Test
    void leavingAndEndingMustAgreeOnWhoWasFirst() {
        Race.run(2, () -> new Race.Round() {

            private final Custody contested = new Custody(detached);
            private final AtomicBoolean left = new AtomicBoolean();
            private final AtomicBoolean leftFirst = new AtomicBoolean();

            @Override
            public List<Runnable> contestants() {
                return List.of(() -> left.set(contested.detach()), () -> {
                    if (contested.finish()) {
                        leftFirst.set(true);
                        contested.release();
                    }
                });
            }

            @Override
            public void check() {
                assertThat(left.get()).isEqualTo(leftFirst.get());
                assertThat(detached.count()).isZero();
            }
        });
    }
}
