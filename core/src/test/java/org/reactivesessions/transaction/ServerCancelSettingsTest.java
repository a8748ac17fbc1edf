package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.transaction.Stage.update;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;

/** When the server is asked to cancel, and how often: what the settings say. */
class ServerCancelSettingsTest {

    private static final Duration TICK = Duration.ofMillis(1);

    /** How often the server was asked when so many scopes have given up a statement. */
    private static AtomicInteger giveUpUpdates(Stage stage, int scopes) {
        AtomicInteger requests = new AtomicInteger();
        stage.dialect().cancelRequest(connection -> Mono.fromRunnable(requests::incrementAndGet));
        stage.database().hold("UPDATE", "ROLLBACK");
        for (int each = 0; each < scopes; each++) {
            stage.run(connection -> update(connection, "UPDATE")).cancel();
        }
        return requests;
    }

    @Nested
    class Grace {

        @RegisterExtension
        final Stage stage = Stage.with(TimeLimits.defaults().cancelGrace(Duration.ofMillis(300)));

        @Test
        void theGraceMustBeTheOneThatWasSet() {
            AtomicInteger requests = giveUpUpdates(stage, 1);
            stage.pass(Duration.ofMillis(300).minus(TICK));
            assertThat(requests).hasValue(0);
            stage.pass(TICK);

            assertThat(requests).hasValue(1);
            stage.database().completeAll("ROLLBACK");
        }
    }

    @Nested
    class Off {

        @RegisterExtension
        final Stage stage = Stage.with(TimeLimits.defaults().noServerCancel());

        @Test
        void nothingMustBeCancelled() {
            AtomicInteger requests = giveUpUpdates(stage, 1);
            stage.pass(Duration.ofSeconds(4));

            assertThat(requests).hasValue(0);
            stage.database().completeAll("ROLLBACK");
        }
    }

    @Nested
    class Budget {

        @RegisterExtension
        final Stage stage = Stage.with(
                TimeLimits.defaults()
                        .serverCancel(ServerCancelOptions.defaults().perSecond(2)),
                5);

        @Test
        void whoFindsNoneMustWaitForTheNextTurn() {
            AtomicInteger requests = giveUpUpdates(stage, 5);
            stage.pass(Duration.ofMillis(10));
            assertThat(requests).hasValue(2);
            stage.pass(Duration.ofMillis(480));
            assertThat(requests).hasValue(2);
            stage.pass(Duration.ofMillis(60));
            assertThat(requests).hasValue(3);
            stage.pass(Duration.ofSeconds(2));
            assertThat(requests).hasValueBetween(6, 7);
            int asked = requests.get();
            stage.database().completeAll("ROLLBACK");
            stage.pass(Duration.ofSeconds(10));

            assertThat(requests).hasValue(asked);
        }
    }
}
