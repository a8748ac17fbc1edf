package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.reactivesessions.scripted.Race;
import org.reactivesessions.transaction.Custody.Subscriber;

class CustodyTest {

    private final Census detached = new Census();
    private final Custody custody = new Custody(detached);

    @Test
    void aLifeWhoseSubscriberStayedMustNotBeCounted() {
        assertThat(custody.finish()).isEqualTo(Subscriber.WAITS);
        assertThat(detached.count()).isZero();
        assertThat(custody.detach()).isFalse();
        assertThat(custody.dismiss()).isFalse();
        assertThat(detached.count()).isZero();
    }

    @Test
    void aLifeWhoseSubscriberLeftMustBeCountedUntilItIsReleased() {
        assertThat(custody.detach()).isTrue();
        assertThat(detached.count()).isEqualTo(1);
        assertThat(custody.detach()).isFalse();
        assertThat(custody.dismiss()).isFalse();
        assertThat(detached.count()).isEqualTo(1);

        assertThat(custody.finish()).isEqualTo(Subscriber.LEFT);
        assertThat(detached.count()).isEqualTo(1);
        custody.release();
        assertThat(detached.count()).isZero();
    }

    @Test
    void aSubscriberWhoHasHeardTheEndMustNotCountAsOneWhoLeft() {
        assertThat(custody.dismiss()).isTrue();
        assertThat(custody.detach()).isFalse();
        assertThat(detached.count()).isEqualTo(1);

        assertThat(custody.finish()).isEqualTo(Subscriber.DISMISSED);
        custody.release();
        assertThat(detached.count()).isZero();
    }

    @Test
    void leavingHearingAndEndingMustAgreeOnWhoWasFirst() {
        Race.run(3, () -> new Race.Round() {

            private final Custody contested = new Custody(detached);
            private final AtomicReference<Subscriber> decided = new AtomicReference<>(Subscriber.WAITS);
            private final AtomicReference<Subscriber> seen = new AtomicReference<>();

            @Override
            public List<Runnable> contestants() {
                return List.of(
                        () -> {
                            if (contested.detach()) {
                                decided.set(Subscriber.LEFT);
                            }
                        },
                        () -> {
                            if (contested.dismiss()) {
                                decided.set(Subscriber.DISMISSED);
                            }
                        },
                        () -> {
                            seen.set(contested.finish());
                            if (seen.get() != Subscriber.WAITS) {
                                contested.release();
                            }
                        });
            }

            @Override
            public void check() {
                assertThat(seen.get()).isEqualTo(decided.get());
                assertThat(detached.count()).isZero();
            }
        });
    }
}
