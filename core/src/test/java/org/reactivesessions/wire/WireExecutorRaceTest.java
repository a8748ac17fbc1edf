package org.reactivesessions.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.reactivesessions.scripted.EventLoop;
import org.reactivesessions.scripted.Race;
import org.reactivesessions.scripted.ScriptedDatabase;

class WireExecutorRaceTest {

    private static final int THREADS = 3;
    private static final int TASKS = 4;

    @Test
    void everyTaskMustRunOnceAndNeverTwoTogetherWithoutALoop() {
        Race.run(THREADS, () -> new Tasks(WireExecutorTest.executor(ScriptedDatabase.plain())));
    }

    @Test
    void everyTaskMustRunOnceAndNeverTwoTogetherOnALoop() {
        try (EventLoop loop = new EventLoop()) {
            Race.run(THREADS, () -> new Tasks(WireExecutorTest.executor(ScriptedDatabase.on(loop.scheduler()))));
        }
    }

    @Test
    void tasksOfTheLoopItselfMustNotOvertakeThoseOfOthers() {
        try (EventLoop loop = new EventLoop()) {
            WireExecutor executor = WireExecutorTest.executor(ScriptedDatabase.on(loop.scheduler()));
            loop.settle();
            Race.run(2, () -> new FromTheLoop(new Tasks(executor), loop));
        }
    }

    /** Three threads submit tasks, each of which submits one more. */
    private static final class Tasks implements Race.Round {

        private final WireExecutor executor;
        private final AtomicInteger inside = new AtomicInteger();
        private final AtomicInteger together = new AtomicInteger();
        private final AtomicInteger outOfOrder = new AtomicInteger();
        private final AtomicInteger notCurrent = new AtomicInteger();
        private final CountDownLatch runs = new CountDownLatch(THREADS * TASKS * 2);
        private int ran; // confined by the executor, which is what is tested

        Tasks(WireExecutor executor) {
            this.executor = executor;
        }

        @Override
        public List<Runnable> contestants() {
            return List.of(this::submit, this::submit, this::submit);
        }

        void submit() {
            AtomicInteger next = new AtomicInteger();
            for (int i = 0; i < TASKS; i++) {
                int number = i;
                executor.execute(() -> {
                    enter();
                    if (next.getAndIncrement() != number) {
                        outOfOrder.incrementAndGet();
                    }
                    executor.execute(() -> {
                        enter();
                        leave();
                    });
                    leave();
                });
            }
        }

        private void enter() {
            if (inside.getAndIncrement() != 0) {
                together.incrementAndGet();
            }
            if (!executor.isCurrent()) {
                notCurrent.incrementAndGet();
            }
            ran++;
        }

        private void leave() {
            inside.decrementAndGet();
            runs.countDown();
        }

        @Override
        public void check() {
            EventLoop.await(runs);
            assertThat(ran).isEqualTo(THREADS * TASKS * 2);
            assertThat(together).hasValue(0);
            assertThat(outOfOrder).hasValue(0);
            assertThat(notCurrent).hasValue(0);
        }
    }

    /** One of the three submits on the loop's own thread, where a task may run at once. */
    private record FromTheLoop(Tasks tasks, EventLoop loop) implements Race.Round {

        @Override
        public List<Runnable> contestants() {
            return List.of(() -> loop.run(tasks::submit), () -> {
                tasks.submit();
                tasks.submit();
            });
        }

        @Override
        public void check() {
            tasks.check();
        }
    }
}
