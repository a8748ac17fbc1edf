package org.reactivesessions.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.reactivesessions.error.TransactionOutcome;

/** The page shows what there is. */
class MetricsPageTest {

    @Test
    void thePageMustShowWhatThereIs() throws IOException {
        assertThat(Files.readAllLines(Path.of("..", MetricsPage.FILE)))
                .as("made by " + MetricsPage.COMMAND)
                .isEqualTo(MetricsPage.lines());
    }

    @Test
    void thePageMustShowTheDefaultsThatHold() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        SessionMetrics metrics = SessionMetrics.of(registry);
        for (int i = 0; i < 200; i++) {
            metrics.repeating(
                    "name " + i, 2, Duration.ZERO, TransactionOutcome.ROLLED_BACK, new IllegalStateException("again"));
        }

        assertThat(registry.get("reactive.sessions.retries")
                        .tag("pool", "sessions")
                        .counters())
                .hasSize(100 + 1);
        assertThat(String.join("\n", MetricsPage.lines()))
                .contains("| `pool(name)` | `sessions` |")
                .contains("| `maxNames(n)` | 100 |");
    }
}
