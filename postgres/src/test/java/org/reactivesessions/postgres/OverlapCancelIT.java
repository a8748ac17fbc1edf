package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.postgres.hygiene.ExpectsDrops;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Transactions that hand their connections on to each other and are cancelled at random moments. */
@ExtendWith(PostgresExtension.class)
@ExpectsDrops // takeUntilOther drops a value that arrives at the same moment
class OverlapCancelIT {

    private static final int TRANSACTIONS = Rounds.of(8_000);
    private static final int CALLERS = 24;
    private static final int CONNECTIONS = 4;
    private static final int MOST_MICROS = 12_000;
    private static final long SEED = 20_251_125;

    private final ServerFixture fixture;

    OverlapCancelIT(TestDatabase database) {
        fixture = ServerFixture.with(
                database,
                builder -> builder.pool(ServerFixture.roomyPool(CONNECTIONS).maxPending(CALLERS)));
    }

    private Mono<Long> twoInserts(int id) {
        return fixture.sessions()
                .withTransaction(
                        TransactionOptions.defaults().named(Integer.toString(id)),
                        session -> session.sql("INSERT INTO item VALUES ($1, 1)", id)
                                .rowsUpdated()
                                .then(session.sql("INSERT INTO item VALUES ($1, 2)", id)
                                        .rowsUpdated()));
    }

    /** Every other one is left alone, so that there are commits to be behind. */
    private Mono<Long> perhapsCancelled(int id, int micros) {
        Mono<Long> transaction = twoInserts(id);
        return id % 2 == 0 ? transaction : transaction.takeUntilOther(Mono.delay(Duration.ofNanos(micros * 1_000L)));
    }

    private String ids(String sql) {
        return fixture.text("SELECT coalesce(string_agg(id::text, ',' ORDER BY id), '') FROM (" + sql + ") AS found");
    }

    @Test
    void nothingMustBeHalfNorToldWrong() {
        fixture.run("DROP TABLE IF EXISTS item");
        fixture.run("CREATE TABLE item (id int, part int, backend int DEFAULT pg_backend_pid())");
        Rule behind = fixture.proxy().watch(FrameMatch.fromClient('Q').sql("^BEGIN.*transaction_timestamp"));
        Random random = new Random(SEED);
        int[] moments = random.ints(TRANSACTIONS, 0, MOST_MICROS).toArray();

        Flux.range(0, TRANSACTIONS)
                .flatMap(id -> perhapsCancelled(id, moments[id]), CALLERS)
                .blockLast(ServerFixture.PATIENCE.multipliedBy(4));
        fixture.quiesce();

        assertThat(fixture.events()).hasSize(TRANSACTIONS);
        assertThat(fixture.events())
                .extracting(ServerFixture.Ended::outcome)
                .doesNotContain(TransactionOutcome.IN_DOUBT);
        assertThat(ids("SELECT id FROM item GROUP BY id HAVING count(*) <> 2"))
                .as("half transactions, seed %s", SEED)
                .isEmpty();
        String committed = fixture.events().stream()
                .filter(event -> event.outcome() == TransactionOutcome.COMMITTED)
                .map(event -> Integer.valueOf(event.name()))
                .sorted()
                .map(String::valueOf)
                .collect(Collectors.joining(","));
        assertThat(Arrays.asList(ids("SELECT DISTINCT id FROM item").split(",")))
                .isEqualTo(Arrays.asList(committed.split(",")));
        assertThat(behind.hits()).as("transactions behind a COMMIT").isGreaterThan(TRANSACTIONS / 20);
        assertThat(fixture.events()).as("cancelled").anyMatch(event -> event.outcome() != TransactionOutcome.COMMITTED);
        assertThat(fixture.sessions().poolStatus().allocated()).isEqualTo(CONNECTIONS);
        assertThat(fixture.number("SELECT count(DISTINCT backend) FROM item"))
                .as("connections, of which none was lost")
                .isEqualTo(CONNECTIONS);
        fixture.close();
    }
}
