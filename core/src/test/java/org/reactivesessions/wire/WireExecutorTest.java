package org.reactivesessions.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivesessions.scripted.EventLoop;
import org.reactivesessions.scripted.Logs;
import org.reactivesessions.scripted.ScriptedDatabase;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

class WireExecutorTest {

    private final EventLoop loop = new EventLoop();
    private final WireExecutor plain = executor(ScriptedDatabase.plain());
    private final List<String> ran = new CopyOnWriteArrayList<>();

    @AfterEach
    void endLoop() {
        loop.close();
    }

    static WireExecutor executor(ScriptedDatabase database) {
        database.create().subscribe();
        return WireExecutor.of(database.connection(0));
    }

    private WireExecutor onLoop() {
        WireExecutor executor = executor(ScriptedDatabase.on(loop.scheduler()));
        loop.settle();
        return executor;
    }

    @Test
    void withoutALoopATaskMustRunAtOnceOnTheCallersThread() {
        plain.execute(() -> ran.add(Thread.currentThread().getName()));

        assertThat(ran).containsExactly(Thread.currentThread().getName());
    }

    @Test
    void aTaskMustNeverRunInsideATask() {
        plain.execute(() -> {
            plain.execute(() -> {
                plain.execute(() -> ran.add("third"));
                ran.add("second");
            });
            ran.add("first");
        });

        assertThat(ran).containsExactly("first", "second", "third");
    }

    @Test
    void whatATaskSubmitsMustRunInTheOrderOfSubmission() {
        plain.execute(() -> {
            for (int i = 0; i < 5; i++) {
                String name = "task " + i;
                plain.execute(() -> ran.add(name));
            }
        });

        assertThat(ran).containsExactly("task 0", "task 1", "task 2", "task 3", "task 4");
    }

    @Test
    void withoutALoopOnlyATaskMustBeCurrent() {
        List<Boolean> current = new ArrayList<>();
        current.add(plain.isCurrent());
        plain.execute(() -> {
            current.add(plain.isCurrent());
            plain.execute(() -> current.add(plain.isCurrent()));
        });
        current.add(plain.isCurrent());

        assertThat(current).containsExactly(false, true, true, false);
    }

    @Test
    void aTaskOfAnotherExecutorMustNotBeCurrent() {
        WireExecutor other = executor(ScriptedDatabase.plain());

        plain.execute(() -> ran.add("" + other.isCurrent()));

        assertThat(ran).containsExactly("false");
    }

    @Test
    void aThrowingTaskMustBeLoggedAndMustNotStopTheNext() {
        try (Logs logs = Logs.listen()) {
            plain.execute(() -> {
                plain.execute(() -> {
                    throw new NoClassDefFoundError("second");
                });
                plain.execute(() -> ran.add("third"));
                throw new IllegalStateException("first");
            });
            plain.execute(() -> ran.add("fourth"));

            assertThat(logs.lines()).hasSize(2).allMatch(line -> line.startsWith("ERROR"));
        }

        assertThat(ran).containsExactly("third", "fourth");
        assertThat(plain.isCurrent()).isFalse();
    }

    @Test
    void aTaskFromAnotherThreadMustRunOnTheLoopAfterTheOnesBeforeIt() {
        WireExecutor executor = onLoop();
        Runnable free = loop.occupy();
        executor.execute(() -> ran.add("first@" + Thread.currentThread().getName()));
        executor.execute(() -> ran.add("second@" + Thread.currentThread().getName()));
        assertThat(ran).isEmpty();

        free.run();
        loop.settle();

        assertThat(ran).containsExactly("first@loop", "second@loop");
    }

    @Test
    void onTheLoopATaskMustRunAtOnceButNeverInsideATask() {
        WireExecutor executor = onLoop();

        loop.run(() -> {
            executor.execute(() -> {
                executor.execute(() -> ran.add("inner"));
                ran.add("outer");
            });
            ran.add("behind");
        });

        assertThat(ran).containsExactly("outer", "inner", "behind");
    }

    @Test
    void onTheLoopATaskMustWaitForTheOnesOfOtherThreads() {
        WireExecutor executor = onLoop();
        Runnable free = loop.occupy();
        executor.execute(() -> {
            executor.execute(() -> ran.add("nested"));
            ran.add("first");
        });
        executor.execute(() -> ran.add("second"));

        free.run();
        loop.settle();

        assertThat(ran).containsExactly("first", "second", "nested");
    }

    /** What follows a task on the loop may still belong to a signal of the driver. */
    @Test
    void aTaskOfAnotherThreadMustNotRunInsideASignal() {
        WireExecutor executor = onLoop();

        loop.run(() -> {
            executor.execute(() -> {
                ran.add("own");
                CompletableFuture.runAsync(() -> executor.execute(() -> ran.add("foreign")))
                        .join();
                executor.execute(() -> ran.add("behind the foreign one"));
            });
            ran.add("rest of the signal");
            executor.execute(() -> ran.add("last"));
        });
        loop.settle();

        assertThat(ran).containsExactly("own", "rest of the signal", "foreign", "behind the foreign one", "last");
    }

    @Test
    void theLoopMustBeCurrentAlsoOutsideATask() {
        WireExecutor executor = onLoop();

        loop.run(() -> ran.add("" + executor.isCurrent()));

        assertThat(ran).containsExactly("true");
        assertThat(executor.isCurrent()).isFalse();
    }

    @Test
    void aLoopThatHasGoneMustNotLoseTasks() {
        WireExecutor executor = onLoop();
        loop.close();

        executor.execute(() -> {
            ran.add("first " + executor.isCurrent());
            executor.execute(() -> ran.add("second"));
        });

        assertThat(ran).containsExactly("first true", "second");
        assertThat(executor.isCurrent()).isFalse();
    }

    @Test
    void aLoopThatNeverTookATaskMustNotLoseTasks() {
        WireExecutor executor = executor(ScriptedDatabase.on(new Refusing()));

        executor.execute(() -> ran.add("ran"));

        assertThat(ran).containsExactly("ran");
    }

    /** A loop that was shut down. */
    private static final class Refusing implements Scheduler {

        @Override
        public Disposable schedule(Runnable task) {
            throw new RejectedExecutionException("gone");
        }

        @Override
        public Worker createWorker() {
            throw new RejectedExecutionException("gone");
        }
    }
}
