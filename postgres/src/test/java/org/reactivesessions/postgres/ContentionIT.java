package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.IsolationLevel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.Session;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.observation.SessionListener;
import org.reactivesessions.resilience.ResilienceOptions;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TransactionOptions;
import org.reactivesessions.transaction.TransactionRetry;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Many who all want to write the same row at once, and are run again until each has. */
@ExtendWith(PostgresExtension.class)
class ContentionIT {

    private static final int CALLERS = 64;
    private static final int POOL = 16;
    private static final int EACH = 4;
    private static final int INCREMENTS = CALLERS * EACH;

    /** So many attempts, and so many retries in the budget, that nobody gives up. */
    private static final int ENOUGH = 1_000;

    private static final ResilienceOptions ROOMY =
            ResilienceOptions.defaults().conflictRetries(10_000, CALLERS * ENOUGH);

    private static final TransactionOptions INCREMENT = TransactionOptions.defaults()
            .named("increment")
            .isolation(IsolationLevel.SERIALIZABLE)
            .retry(TransactionRetry.defaults()
                    .maxAttempts(ENOUGH)
                    .backoff(Duration.ofMillis(10), Duration.ofMillis(80)));

    private final Heard heard = new Heard();
    private final AtomicInteger attempts = new AtomicInteger();
    private final AtomicInteger hooks = new AtomicInteger();

    /** What a listener hears. */
    private static final class Heard implements SessionListener {

        final List<TransactionOutcome> ended = new CopyOnWriteArrayList<>();
        final List<TransactionOutcome> repeated = new CopyOnWriteArrayList<>();

        @Override
        public void ended(String name, LifePhase phase, TransactionOutcome outcome, @Nullable Throwable error) {
            ended.add(outcome);
        }

        @Override
        public void repeating(String name, int attempt, Duration wait, TransactionOutcome outcome, Throwable error) {
            repeated.add(outcome);
        }
    }

    /** Writes what it has read plus one, so that an increment that was lost is missing in the end. */
    private Mono<Long> increment(Session session) {
        attempts.incrementAndGet();
        session.afterCommit(() -> Mono.fromRunnable(hooks::incrementAndGet));
        return session.sql("SELECT value FROM counter")
                .one(row -> row.get(0, Long.class))
                .flatMap(value ->
                        session.sql("UPDATE counter SET value = $1", value + 1).rowsUpdated());
    }

    @Test
    void noIncrementMustBeLostOrMadeTwice(TestDatabase database) {
        try (ServerFixture fixture = ServerFixture.with(
                database,
                builder -> builder.pool(ServerFixture.roomyPool(POOL))
                        .resilience(ROOMY)
                        .listener(heard))) {
            fixture.run("CREATE TABLE counter AS SELECT 0::bigint AS value");

            Long made = Flux.range(0, CALLERS)
                    .flatMap(
                            caller -> fixture.sessions()
                                    .withTransaction(INCREMENT, this::increment)
                                    .repeat(EACH - 1),
                            CALLERS)
                    .reduce(0L, Long::sum)
                    .block(ServerFixture.PATIENCE);
            fixture.quiesce();

            assertThat(made).isEqualTo(INCREMENTS);
            assertThat(fixture.number("SELECT value FROM counter")).isEqualTo(INCREMENTS);
            assertThat(hooks).hasValue(INCREMENTS);
            assertThat(heard.ended).hasSize(INCREMENTS).containsOnly(TransactionOutcome.COMMITTED);
            assertThat(heard.repeated)
                    .as("there was something to be lost")
                    .hasSizeGreaterThan(POOL)
                    .containsOnly(TransactionOutcome.ROLLED_BACK)
                    .hasSize(attempts.get() - INCREMENTS);
        }
    }
}
