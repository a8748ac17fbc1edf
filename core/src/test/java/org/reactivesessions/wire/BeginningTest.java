package org.reactivesessions.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.reactivesessions.scripted.Race;

class BeginningTest {

    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final List<String> ran = new ArrayList<>();
    private final Beginning beginning = new Beginning(tasks::add, "first"::equals);

    private boolean mustWait(String what) {
        return beginning.mustWait(what, () -> ran.add(what));
    }

    private void runTasks() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    @Test
    void whatMayFollowMustNotWait() {
        assertThat(mustWait("first")).isFalse();
        assertThat(beginning.isPending()).isTrue();
        assertThat(beginning.failure()).isNull();
    }

    @Test
    void whatComesAfterOneThatWaitsMustWaitToo() {
        assertThat(mustWait("second")).isTrue();
        assertThat(mustWait("first")).isTrue();
    }

    @Test
    void whatWaitsMustComeAgainInItsOrderAndOnTheExecutor() {
        mustWait("second");
        mustWait("third");
        mustWait("first");
        beginning.succeeded();

        assertThat(ran).isEmpty();
        runTasks();
        assertThat(ran).containsExactly("second", "third", "first");
    }

    @Test
    void afterTheAnswerNobodyMustWait() {
        beginning.succeeded();

        assertThat(beginning.isPending()).isFalse();
        assertThat(mustWait("second")).isFalse();
        assertThat(tasks).isEmpty();
    }

    @Test
    void aFailureMustBeKnownBeforeAnybodyIsTold() {
        IllegalStateException failure = new IllegalStateException("no");
        mustWait("second");
        beginning.failing(failure);

        assertThat(beginning.failure()).isSameAs(failure);
        assertThat(beginning.isPending()).isTrue();
        assertThat(tasks).isEmpty();
    }

    @Test
    void whatIsWokenMustWaitAgainIfTheAnswerHasNotCome() {
        mustWait("second");
        beginning.wakeWaiting();
        runTasks();

        assertThat(ran).containsExactly("second");
        assertThat(mustWait("second")).isTrue();
    }

    /** A driver without an event loop answers on any thread. */
    @Test
    void anAnswerAgainstAStatementThatHasToWait() {
        Race.run(2, () -> new Race.Round() {

            private final AtomicInteger woken = new AtomicInteger();
            private final Beginning raced = new Beginning(Runnable::run, what -> false);
            private volatile boolean waited;

            @Override
            public List<Runnable> contestants() {
                return List.of(raced::succeeded, () -> waited = raced.mustWait("second", woken::incrementAndGet));
            }

            @Override
            public void check() {
                assertThat(woken.get()).isEqualTo(waited ? 1 : 0);
            }
        });
    }
}
