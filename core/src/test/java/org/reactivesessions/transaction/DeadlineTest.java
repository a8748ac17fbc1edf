package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivesessions.scripted.Logs;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

class DeadlineTest {

    private final HandClock clock = new HandClock();
    private final Deadline deadline = new Deadline(clock, clock::nanos);
    private final List<String> expired = new ArrayList<>();

    private void arm(int seconds, String name) {
        deadline.arm(Duration.ofSeconds(seconds), () -> expired.add(name));
    }

    private void pass(int seconds) {
        clock.advance(Duration.ofSeconds(seconds));
    }

    @Test
    void theActionMustRunOnceWhenItsTimeIsOver() {
        arm(5, "BEGIN");
        pass(4);
        assertThat(expired).isEmpty();
        pass(1);
        pass(100);

        assertThat(expired).containsExactly("BEGIN");
    }

    @Test
    void aLaterActionMustReplaceTheEarlierOneWithoutANewTask() {
        arm(5, "BEGIN");
        pass(4);
        arm(5, "COMMIT");
        assertThat(clock.waiting()).isEqualTo(1);
        pass(4);
        assertThat(expired).isEmpty();
        pass(1);

        assertThat(expired).containsExactly("COMMIT");
    }

    @Test
    void anEarlierActionMustRunAtItsTime() {
        arm(30, "COMMIT");
        arm(5, "ROLLBACK");
        pass(5);
        assertThat(expired).containsExactly("ROLLBACK");
        pass(30);

        assertThat(expired).containsExactly("ROLLBACK");
        assertThat(clock.waiting()).isZero();
    }

    @Test
    void aDisarmedActionMustNotRun() {
        arm(5, "BEGIN");
        deadline.disarm();
        pass(100);

        assertThat(expired).isEmpty();
        assertThat(clock.waiting()).isZero();
    }

    @Test
    void anActionArmedAfterADisarmMustRun() {
        arm(5, "BEGIN");
        deadline.disarm();
        pass(3);
        arm(5, "COMMIT");
        pass(4);
        assertThat(expired).isEmpty();
        pass(1);

        assertThat(expired).containsExactly("COMMIT");
    }

    @Test
    void anActionArmedWhenTheTaskHasFiredMustRun() {
        arm(5, "BEGIN");
        deadline.disarm();
        pass(10);
        arm(5, "COMMIT");
        pass(5);

        assertThat(expired).containsExactly("COMMIT");
    }

    @Test
    void theFirstActionMustGiveWayToOneThatIsThereAlready() {
        arm(5, "BEGIN");
        deadline.armFirst(Duration.ofSeconds(1), () -> expired.add("acquire"));
        pass(5);

        assertThat(expired).containsExactly("BEGIN");
    }

    @Test
    void theFirstActionMustRunIfNothingElseWasArmed() {
        deadline.armFirst(Duration.ofSeconds(1), () -> expired.add("acquire"));
        pass(1);

        assertThat(expired).containsExactly("acquire");
    }

    @Test
    void afterTheDisposalNothingMustRunAndNothingBeScheduled() {
        arm(5, "BEGIN");
        deadline.dispose();
        deadline.dispose();
        arm(5, "COMMIT");
        deadline.armFirst(Duration.ofSeconds(1), () -> expired.add("acquire"));
        pass(100);

        assertThat(expired).isEmpty();
        assertThat(clock.waiting()).isZero();
    }

    @Test
    void aDisposalBeforeTheFirstActionMustCount() {
        deadline.dispose();
        arm(5, "BEGIN");

        assertThat(clock.waiting()).isZero();
    }

    @Test
    void anActionMayArmTheNext() {
        deadline.arm(Duration.ofSeconds(1), () -> arm(2, "second"));
        pass(3);

        assertThat(expired).containsExactly("second");
    }

    /** After {@code Schedulers.shutdownNow()} a transaction has no deadlines any more, but it must come to its end. */
    @Test
    void aTimerThatWasShutDownMustBeLoggedAndThrowNothing() {
        Scheduler gone = Schedulers.newSingle("gone");
        gone.dispose();
        Deadline late = new Deadline(gone, System::nanoTime);
        try (Logs logs = Logs.listen()) {
            late.arm(Duration.ofSeconds(1), () -> expired.add("never"));

            assertThat(logs.lines()).singleElement().asString().startsWith("WARN The timer was shut down");
        }
        late.dispose();
    }

    /** A clock and its timer, moved by hand, that can tell how many tasks wait. Not thread-safe. */
    private static final class HandClock implements Scheduler {

        private final List<Task> tasks = new ArrayList<>();
        private long now;

        private record Task(Runnable action, long due) {}

        long nanos() {
            return now;
        }

        int waiting() {
            return tasks.size();
        }

        void advance(Duration time) {
            long end = now + time.toNanos();
            for (Task next = next(end); next != null; next = next(end)) {
                now = Math.max(now, next.due());
                tasks.remove(next);
                next.action().run();
            }
            now = end;
        }

        private @Nullable Task next(long end) {
            return tasks.stream()
                    .filter(task -> task.due() <= end)
                    .min(Comparator.comparingLong(Task::due))
                    .orElse(null);
        }

        @Override
        public Disposable schedule(Runnable action, long delay, TimeUnit unit) {
            Task task = new Task(action, now + unit.toNanos(delay));
            tasks.add(task);
            return () -> tasks.remove(task);
        }

        @Override
        public Disposable schedule(Runnable action) {
            return schedule(action, 0, TimeUnit.NANOSECONDS);
        }

        @Override
        public Worker createWorker() {
            throw new UnsupportedOperationException("A deadline needs no worker");
        }
    }
}
