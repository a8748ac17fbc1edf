package org.reactivesessions.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class BoundedTest {

    private final List<String> made = new CopyOnWriteArrayList<>();

    private Bounded<String> room(int limit) {
        return new Bounded<>(limit, key -> {
            made.add(key);
            return "<" + key + ">";
        });
    }

    @Test
    void theFirstMustHaveTheirOwnAndAllOthersOneTogether() {
        Bounded<String> bounded = room(2);

        assertThat(List.of(bounded.of("a"), bounded.of("b"), bounded.of("c"), bounded.of("a"), bounded.of("d")))
                .containsExactly("<a>", "<b>", "<other>", "<a>", "<other>");
        assertThat(made).containsExactly("a", "b", "other");
    }

    @Test
    void whoIsCalledOtherMustBeOneOfThem() {
        Bounded<String> bounded = room(2);
        bounded.of("other");
        bounded.of("a");

        assertThat(bounded.of("b")).isEqualTo("<other>");
        assertThat(made).containsExactly("other", "a");
    }

    @Test
    void whoeverComesAtOnceMustGetTheSame() throws InterruptedException {
        Bounded<Object> bounded = new Bounded<>(3, key -> new Object());
        CountDownLatch go = new CountDownLatch(1);
        Set<Object> seen = Collections.newSetFromMap(new ConcurrentHashMap<>());
        List<Thread> threads = new ArrayList<>();
        for (int thread = 0; thread < 8; thread++) {
            Thread each = new Thread(() -> {
                try {
                    go.await();
                } catch (InterruptedException ended) {
                    Thread.currentThread().interrupt();
                }
                for (int key = 0; key < 100; key++) {
                    seen.add(bounded.of("key " + key));
                }
            });
            each.start();
            threads.add(each);
        }
        go.countDown();
        for (Thread each : threads) {
            each.join();
        }

        assertThat(seen).hasSize(4);
    }
}
