package org.reactivesessions.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.reactivesessions.scripted.Race;

class TurnTest {

    private final Turn turn = new Turn();
    private final List<String> ran = new ArrayList<>();

    @Test
    void whoeverWaitsMustRunWhenItComesInTheirOrder() {
        turn.await(() -> ran.add("first"));
        turn.await(() -> ran.add("second"));
        assertThat(ran).isEmpty();
        assertThat(turn.hasCome()).isFalse();

        turn.come();

        assertThat(ran).containsExactly("first", "second");
        assertThat(turn.hasCome()).isTrue();
    }

    @Test
    void whoeverComesLaterMustRunAtOnce() {
        turn.come();
        turn.await(() -> ran.add("late"));

        assertThat(ran).containsExactly("late");
    }

    @Test
    void itMustComeOnce() {
        turn.await(() -> ran.add("first"));
        turn.come();
        turn.come();

        assertThat(ran).containsExactly("first");
    }

    @Test
    void comingAgainstWaiting() {
        Race.run(2, () -> new Race.Round() {

            private final Turn raced = new Turn();
            private final AtomicInteger runs = new AtomicInteger();

            @Override
            public List<Runnable> contestants() {
                return List.of(raced::come, () -> raced.await(runs::incrementAndGet));
            }

            @Override
            public void check() {
                assertThat(runs.get()).isEqualTo(1);
            }
        });
    }
}
