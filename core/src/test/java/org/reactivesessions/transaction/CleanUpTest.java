package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.transaction.Stage.update;

import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.pool.PoolStatus;
import org.reactivesessions.scripted.ScriptedDatabase;
import reactor.core.publisher.Mono;
import reactor.test.subscriber.TestSubscriber;

/** The last step: giving a connection back, or destroying it, with a limit of 1 s that is shorter than the pool's own. */
class CleanUpTest {

    private static final Duration LIMIT = Duration.ofSeconds(1);
    private static final PoolStatus DESTROYED = new PoolStatus(0, 0, 0, 0, 1, 0, 0);

    @RegisterExtension
    final Stage stage = Stage.with(new TimeLimits(LIMIT, Duration.ofSeconds(30)));

    private final ScriptedDatabase database = stage.database();

    /** A connection that breaks at the answer to COMMIT, and then cannot be closed. */
    private void breakAtCommit() {
        database.hold("CLOSE");
        stage.dialect()
                .commit(connection -> Mono.fromRunnable(() -> {
                    database.connection(0).inTransaction(false);
                    stage.dialect().inTransaction(any -> false);
                    database.connection(0).breakQuietly();
                }));
    }

    @Test
    void aConnectionThatCannotBeGivenBackInTimeMustNotKeepACommittedValue() {
        breakAtCommit();
        TestSubscriber<Long> subscriber = stage.run(connection -> update(connection, "UPDATE"));
        assertThat(subscriber.isTerminated()).isFalse();
        stage.pass(LIMIT);

        assertThat(subscriber.getReceivedOnNext()).containsExactly(1L);
        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(stage.ends()).containsExactly("COMMITTING COMMITTED");
        stage.pass(Duration.ofSeconds(4));
        assertThat(stage.source().status()).isEqualTo(DESTROYED);
    }

    @Test
    void aConnectionThatCannotBeDestroyedInTimeMustBeSuppressedOnTheError() {
        database.hold("CLOSE").fails("BEGIN", () -> new R2dbcNonTransientResourceException("gone"));
        TestSubscriber<Long> subscriber = stage.run(connection -> update(connection, "UPDATE"));
        stage.pass(LIMIT);

        assertThat(subscriber.expectTerminalError())
                .hasMessage("gone")
                .satisfies(error -> assertThat(error.getSuppressed())
                        .singleElement()
                        .satisfies(late -> assertThat(late)
                                .isInstanceOf(TimeoutException.class)
                                .hasMessage("destroying the connection was not answered within 1000 ms")));
        stage.pass(Duration.ofSeconds(4));
        assertThat(stage.source().status()).isEqualTo(DESTROYED);
    }

    @Test
    void theFirstFailureAfterACancelMustBeTheOneTheListenerHears() {
        database.hold("UPDATE", "CLOSE").fails("ROLLBACK", () -> new R2dbcNonTransientResourceException("first"));
        stage.run(connection -> update(connection, "UPDATE")).cancel();
        stage.pass(LIMIT);

        assertThat(stage.ends()).containsExactly("ACTIVE ROLLED_BACK first");
        stage.pass(Duration.ofSeconds(4));
    }

    @Test
    void aResultThatCannotBeDrainedMustCostTheConnectionAlsoAfterACommit() {
        stage.dialect()
                .onGate(gate -> gate.remember(() -> {
                    throw new IllegalStateException("the driver cannot drain");
                }));
        TestSubscriber<Long> subscriber = stage.run(connection -> update(connection, "UPDATE"));

        assertThat(subscriber.getReceivedOnNext()).containsExactly(1L);
        assertThat(database.wire()).containsExactly("BEGIN", "UPDATE", "COMMIT", "CLOSE");
        assertThat(stage.source().status()).isEqualTo(DESTROYED);
    }
}
