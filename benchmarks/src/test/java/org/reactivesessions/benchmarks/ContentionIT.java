package org.reactivesessions.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The program in smoke form: everybody runs everywhere and loses nothing; its figures mean nothing. */
@Tag("program")
class ContentionIT {

    @Test
    void everybodyMustRunAndLoseNothing() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();

        new Contention(
                        new Rounds(1, Duration.ofMillis(100), Duration.ofMillis(50)),
                        new PrintStream(printed, true, StandardCharsets.UTF_8))
                .run();

        assertThat(printed.toString(StandardCharsets.UTF_8).lines())
                .filteredOn(line -> line.matches("\\| (ours|fixed).* \\|( [0-9,.]+( %)? \\|){10}"))
                .hasSize(Retrying.values().length * Network.values().length * 2);
    }

    @Test
    void anIncrementThatIsMissingMustEndIt() {
        assertThatThrownBy(() -> Contention.requireNoneLost(Retrying.ENOUGH, 10, 9))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("10 increments succeeded, but 9 are there");
    }
}
