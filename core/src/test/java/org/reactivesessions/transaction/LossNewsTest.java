package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.transaction.Stage.update;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.dialect.FailureClass;
import org.reactivesessions.observation.BreakerState;
import org.reactivesessions.resilience.ResilienceOptions;
import org.reactivesessions.scripted.ScriptedDatabase;
import reactor.test.subscriber.TestSubscriber;

/** Connections that were open together and are lost together. */
class LossNewsTest {

    private static final int SIZE = 10;
    private static final String INSERT = "INSERT INTO item VALUES (1)";

    @RegisterExtension
    final Stage stage = Stage.resilient(ResilienceOptions.defaults().noRetry(), SIZE);

    private final ScriptedDatabase database = stage.database();

    private void loseAtBegin(int count) {
        stage.dialect().classified((phase, any) -> FailureClass.OUTAGE);
        database.hold("BEGIN");
        List<TestSubscriber<Long>> lost = IntStream.range(0, count)
                .mapToObj(any -> stage.run(connection -> update(connection, INSERT)))
                .toList();
        stage.pass(Duration.ofMillis(1));
        database.failAll("BEGIN", () -> new IOException("the connection was closed"));
        lost.forEach(TestSubscriber::expectTerminalError);
    }

    /** All connections end when a server does, which must not open the circuit before anybody has tried another one. */
    @Test
    void theyMustCountOnce() {
        loseAtBegin(SIZE);
        assertThat(stage.policy().state()).isEqualTo(BreakerState.CLOSED);
    }

    /** A pooler in front of a database that is away lets everybody in, and closes. */
    @Test
    void thoseThatWereOpenedSinceMustCountEach() {
        for (int round = 0; round < 20; round++) {
            loseAtBegin(1);
            stage.pass(Duration.ofSeconds(2));
        }
        assertThat(stage.policy().state()).isEqualTo(BreakerState.OPEN);
    }
}
