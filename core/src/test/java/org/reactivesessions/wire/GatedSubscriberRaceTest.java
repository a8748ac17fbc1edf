package org.reactivesessions.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivesessions.scripted.Race;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;

class GatedSubscriberRaceTest {

    @Test
    void aCancelDuringTheSubscribeMustLeaveNothingOpen() {
        Race.run(2, CancelAgainstSubscribe::new);
    }

    @Test
    void aStatementMustNeverBeSentBehindWhatTheClosingTaskSends() {
        Race.run(3, CloseAgainstSubscribe::new);
    }

    /** One thread subscribes, and the other cancels as soon as it can. */
    private static final class CancelAgainstSubscribe implements Race.Round, CoreSubscriber<String> {

        private final StatementGate gate =
                new StatementGate(WireExecutorTest.executor(ScriptedDatabase.plain()), error -> {});
        private final Probe driver = new Probe();
        private final AtomicReference<@Nullable Subscription> subscription = new AtomicReference<>();

        @Override
        public List<Runnable> contestants() {
            return List.of(() -> gate.flux("SELECT 1", driver).subscribe(this), this::cancel);
        }

        private void cancel() {
            Subscription held = subscription.get();
            while (held == null) {
                Thread.onSpinWait();
                held = subscription.get();
            }
            held.cancel();
        }

        @Override
        public void check() {
            assertThat(gate.openStatement()).isNull();
            if (!driver.heard().isEmpty()) {
                assertThat(driver.heard()).startsWith("subscribe", "subscribed").contains("cancel");
            }
        }

        @Override
        public void onSubscribe(Subscription held) {
            subscription.set(held);
        }

        @Override
        public void onNext(String element) {}

        @Override
        public void onError(Throwable error) {}

        @Override
        public void onComplete() {}
    }

    /** Two threads subscribe statements, and one closes the gate and sends ROLLBACK behind it. */
    private static final class CloseAgainstSubscribe implements Race.Round {

        private static final int STATEMENTS = 3;

        private final List<String> wire = new CopyOnWriteArrayList<>();
        private final StatementGate gate =
                new StatementGate(WireExecutorTest.executor(ScriptedDatabase.plain()), error -> {});
        private final List<Throwable> refused = new CopyOnWriteArrayList<>();

        @Override
        public List<Runnable> contestants() {
            return List.of(
                    this::subscribe,
                    this::subscribe,
                    () -> gate.close(() -> {
                        gate.abandonOpen();
                        wire.add("ROLLBACK");
                    }));
        }

        private void subscribe() {
            for (int i = 0; i < STATEMENTS; i++) {
                gate.flux("SELECT 1", new Probe(wire)).subscribe(element -> {}, refused::add);
            }
        }

        @Override
        public void check() {
            assertThat(wire).endsWith("ROLLBACK").containsOnlyOnce("ROLLBACK");
            long sent = wire.stream().filter("subscribe"::equals).count();
            assertThat(sent + refused.size()).isEqualTo(2L * STATEMENTS);
            assertThat(refused).allMatch(IllegalStateException.class::isInstance);
            assertThat(gate.openStatement()).isNull();
        }
    }
}
