package org.reactivesessions.orders;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.orders.evidence.Service;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;

/** The service ends, as by Ctrl-C, while somebody listens; for an answer that is on its way it would wait a minute. */
@ExtendWith(PostgresExtension.class)
@Timeout(120)
class ClosingIT {

    /** For answers that are under way; longer than this test may take. */
    private static final Duration GRACE = Duration.ofMinutes(10);

    @Test
    void openStreamsMustEndAtOnce(TestDatabase database) throws Exception {
        Service service = Service.start(
                "--orders.database-url=" + database.url(), "--spring.lifecycle.timeout-per-shutdown-phase=" + GRACE);
        Asked asked = new Asked(service.port());
        try (Events orders = asked.events("/orders");
                Events live = asked.events("/live")) {
            orders.await(line -> line.startsWith(":"));
            live.await(line -> line.startsWith("data:"));

            service.close();

            mustHaveEnded(orders);
            mustHaveEnded(live);
        }
    }

    private static void mustHaveEnded(Events stream) {
        assertThatThrownBy(() -> stream.await(line -> false)).hasMessage("the stream has ended");
    }
}
