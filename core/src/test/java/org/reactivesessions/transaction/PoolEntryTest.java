package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.wire.Patience;
import reactor.test.scheduler.VirtualTimeScheduler;

/** What becomes of a connection that cannot be used. */
class PoolEntryTest {

    @RegisterExtension
    final Stage stage = new Stage();

    private final VirtualTimeScheduler clock = VirtualTimeScheduler.get();

    /** Hears what comes of it. */
    private static final class Receiver implements Entry.Receiver {

        private @Nullable HeldConnection held;
        private @Nullable Throwable error;

        @Override
        public void delivered(HeldConnection connection) {
            held = connection;
        }

        @Override
        public void failed(Throwable why) {
            error = why;
        }

        @Override
        public void end(@Nullable Throwable why) {
            error = why;
        }
    }

    /** Without this, nobody would have the connection, and the pool would wait for it for ever. */
    @Test
    void oneThatCannotBePreparedMustGiveItsPlaceBack() {
        NoClassDefFoundError broken = new NoClassDefFoundError("dialect");
        Receiver receiver = new Receiver();
        PoolEntry entry = new PoolEntry(
                receiver,
                new PoolAccess(
                        stage.source(),
                        stage.policy(),
                        new Patience(Patience.DEFAULT, clock, () -> 0),
                        Stage.unheard(),
                        new Holders(1),
                        true,
                        clock,
                        () -> clock.now(TimeUnit.NANOSECONDS)),
                (lease, gate) -> {
                    throw broken;
                },
                false,
                false,
                "transfer");
        entry.start();

        assertThat(receiver.held).isNull();
        assertThat(receiver.error).isSameAs(broken);
        assertThat(stage.source().status().acquired()).isZero();
        assertThat(stage.database().wire()).containsExactly("CLOSE");
    }
}
