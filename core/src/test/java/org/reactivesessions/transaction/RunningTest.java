package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.transaction.Stage.subscribe;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.observation.ActiveSession;
import org.reactivesessions.observation.WaitsFor;
import org.reactivesessions.scripted.EventLoop;
import org.reactivesessions.scripted.Logs;
import org.reactivesessions.scripted.NothingDropped;
import org.reactivesessions.scripted.Race;
import reactor.test.subscriber.TestSubscriber;

class RunningTest {

    @RegisterExtension
    final NothingDropped dropped = new NothingDropped();

    private final Running running = new Running();
    private final List<String> overdue = new ArrayList<>();
    private final Closure closure = new Closure(Instant.EPOCH, "main", Duration.ZERO, new Closure.Where());

    private final class Named extends Running.Member {

        private final String name;

        Named(String name) {
            this.name = name;
        }

        @Override
        String scopeName() {
            return name;
        }

        @Override
        boolean isWaiting() {
            return name.startsWith("waiting");
        }

        @Override
        ActiveSession look(int position) {
            return new ActiveSession(
                    name,
                    null,
                    LifePhase.ACTIVE,
                    Duration.ZERO,
                    Duration.ZERO,
                    1,
                    0,
                    null,
                    null,
                    WaitsFor.FUNCTION,
                    position,
                    null);
        }

        @Override
        void overdue(Closure why) {
            overdue.add(name);
            if (name.equals("broken")) {
                throw new IllegalStateException("planted");
            }
        }
    }

    private Named entered(String name) {
        Named member = new Named(name);
        assertThat(running.enter(member, false)).isNull();
        return member;
    }

    private List<String> names() {
        return running.members().stream().map(Running.Member::scopeName).toList();
    }

    @Test
    void thoseWhoWaitMustHaveTheirPlacesInTheOrderOfTheEntries() {
        entered("waiting one");
        entered("at work");
        entered("waiting two");

        assertThat(running.looked())
                .extracting(looked ->
                        looked.session().name() + " " + looked.session().waitingPosition())
                .containsExactly("waiting one 1", "at work 0", "waiting two 2");
    }

    @Test
    void theOrderMustBeThatOfTheEntriesWhoeverLeaves() {
        Named first = entered("first");
        Named second = entered("second");
        Named third = entered("third");
        entered("fourth");
        running.exit(second);
        assertThat(names()).containsExactly("first", "third", "fourth");
        running.exit(first);
        running.exit(third);
        entered("fifth");

        assertThat(names()).containsExactly("fourth", "fifth");
    }

    @Test
    void nobodyMustLeaveTwice() {
        Named first = entered("first");
        Named second = entered("second");
        running.exit(first);
        running.exit(first);
        assertThat(names()).containsExactly("second");
        running.exit(second);
        running.exit(first);

        assertThat(names()).isEmpty();
    }

    @Test
    void whoIsOverBeforeHeEntersMustNeverBeIn() {
        entered("first");
        Named cancelled = new Named("cancelled");
        running.exit(cancelled);

        assertThat(running.enter(cancelled, false)).isNull();
        assertThat(names()).containsExactly("first");
    }

    @Test
    void theCloseMustRefuseWhatIsNewAndThenEverything() {
        running.close(closure);
        running.close(new Closure(Instant.MAX, "late", Duration.ZERO, new Closure.Where()));

        assertThat(running.enter(new Named("new"), false)).isSameAs(closure);
        assertThat(running.enter(new Named("part"), true)).isNull();
        running.endAll(closure);
        assertThat(running.enter(new Named("late part"), true)).isSameAs(closure);
        assertThat(names()).containsExactly("part");
    }

    @Test
    void everybodyMustHearThatTheTimeIsOverWhateverOneDoes() {
        entered("first");
        entered("broken");
        entered("waiting");
        entered("last");
        running.close(closure);
        TestSubscriber<Object> waiting = subscribe(running.untilOverdue("question"));
        assertThat(waiting.isTerminated()).isFalse();
        try (Logs logs = Logs.listen()) {
            running.endAll(closure);
            assertThat(logs.lines()).contains("ERROR broken: could not be ended");
        }

        assertThat(overdue).containsExactly("waiting", "first", "broken", "last");
        assertThat(waiting.expectTerminalError()).hasMessageStartingWith("question: these sessions were closed at");
    }

    @Test
    void whoWaitsMustHearOfTheLastExit() {
        Named first = entered("first");
        Named second = entered("second");
        TestSubscriber<Void> waiting = subscribe(running.none());
        running.exit(first);
        assertThat(waiting.isTerminated()).isFalse();
        running.exit(second);

        assertThat(waiting.isTerminatedComplete()).isTrue();
        assertThat(subscribe(running.none()).isTerminatedComplete()).isTrue();
    }

    /** Either the close sees who enters, or he sees the close. */
    @Test
    void nobodyMustBeOverlooked() {
        Race.run(3, () -> new Race.Round() {

            private final RunningTest own = new RunningTest();
            private final Named member = own.new Named("member");
            private final CountDownLatch none = new CountDownLatch(1);

            @Override
            public List<Runnable> contestants() {
                Named another = own.entered("another");
                return List.of(
                        () -> own.running.exit(another),
                        () -> {
                            own.running.enter(member, true);
                            own.running.exit(member);
                        },
                        () -> {
                            own.running.close(own.closure);
                            own.running.none().subscribe(nothing -> {}, error -> {}, none::countDown);
                        });
            }

            @Override
            public void check() {
                EventLoop.await(none);
                assertThat(own.names()).isEmpty();
            }
        });
    }
}
