package org.reactivesessions.testkit.junit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.reactivesessions.testkit.server.EmbeddedCluster;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.testkit.server.TestServers;

/** Prints what databases and clusters take. A busy machine takes longer, so the bounds are far away. */
class TimesIT {

    private static final int TESTS = 30;
    private static final Duration FAR = Duration.ofMinutes(1);
    private static final List<Long> BEGUN = new ArrayList<>();

    @Test
    void aFreshDatabaseForEachTestMustTakeTensOfMilliseconds() {
        BEGUN.clear();
        assertThat(Run.of(Many.class).passed()).isEqualTo(TESTS);
        List<Long> millis = new ArrayList<>();
        for (int test = 1; test < TESTS; test++) {
            millis.add(Duration.ofNanos(BEGUN.get(test) - BEGUN.get(test - 1)).toMillis());
        }
        millis.sort(null);
        print(
                "a test with a database of its own, made, handed out and dropped: fastest %d ms, median %d ms, slowest %d ms",
                millis.get(0), millis.get(millis.size() / 2), millis.get(millis.size() - 1));
        assertThat(millis.get(0)).isLessThan(FAR.toMillis());
    }

    @Test
    void aClusterMustBeUpInSeconds() {
        TestServers.current(); // so that the programs are unpacked
        long begin = System.nanoTime();
        try (EmbeddedCluster cluster = EmbeddedCluster.start()) {
            cluster.awaitReplay();
            long millis = Duration.ofNanos(System.nanoTime() - begin).toMillis();
            print("a cluster with one replica, up and caught up: %.1f s", millis / 1000.0);
            assertThat(millis).isLessThan(FAR.toMillis());
        }
    }

    private static void print(String format, Object... figures) {
        System.out.println(String.format(Locale.ROOT, "[time] " + format, figures));
    }

    @PostgresTest(scripts = "schema.sql")
    static class Many {

        @RepeatedTest(TESTS)
        void one(TestDatabase database) {
            BEGUN.add(System.nanoTime());
        }
    }
}
