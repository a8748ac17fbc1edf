package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.error.CommitMarkerException;
import org.reactivesessions.testkit.proxy.RoundTrips;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.CommitVerification;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Transactions that leave a commit marker, on a real server: what they cost on the wire. */
@ExtendWith(PostgresExtension.class)
class MarkedIT {

    private static final TransactionOptions MARKED =
            TransactionOptions.defaults().named("transfer").verification(CommitVerification.marker());
    private static final String INSERT = "INSERT INTO item (id) VALUES ($1)";

    private final ServerFixture fixture;
    private final List<String> hooks = new CopyOnWriteArrayList<>();

    MarkedIT(TestDatabase database) {
        fixture = ServerFixture.withLimits(database, Duration.ofSeconds(2), Duration.ofSeconds(2));
    }

    @BeforeEach
    void install() {
        fixture.run("DROP TABLE IF EXISTS item");
        fixture.run("CREATE TABLE item (id int PRIMARY KEY)");
        fixture.run("DROP SCHEMA IF EXISTS reactive_sessions CASCADE");
        CommitMarkerSchema.install(fixture.sessions()).block(ServerFixture.PATIENCE);
    }

    @AfterEach
    void leaveNothingBehind() {
        fixture.close();
    }

    private Mono<Long> insert(TransactionOptions options, int id) {
        return fixture.sessions().withTransaction(options, session -> {
            session.afterCommit(() -> Mono.fromRunnable(() -> hooks.add("commit " + id)));
            session.afterRollback(() -> Mono.fromRunnable(() -> hooks.add("rollback " + id)));
            return session.sql(INSERT, id).rowsUpdated();
        });
    }

    private void warmUp() {
        insert(MARKED, 0).block(ServerFixture.PATIENCE);
        fixture.sessions().quiesced().block(ServerFixture.PATIENCE);
    }

    private long markers() {
        return fixture.number("SELECT count(*) FROM reactive_sessions.commit_marker WHERE NOT fenced");
    }

    @Test
    void aMarkerMustCostNoRoundTrip() {
        warmUp();
        long before = markers();

        assertThat(IntStream.rangeClosed(1, 5).mapToLong(this::flights).min())
                .as("one statement, and COMMIT with its marker; whatever else uses the proxy only adds")
                .hasValue(2);

        assertThat(markers()).isEqualTo(before + 5);
    }

    private long flights(int id) {
        try (RoundTrips count = fixture.proxy().countRoundTrips()) {
            insert(MARKED, id).block(ServerFixture.PATIENCE);
            return count.flights();
        }
    }

    @Test
    void aTransactionThatWritesNothingMustLeaveNone() {
        warmUp();
        long before = markers();

        fixture.sessions()
                .withTransaction(MARKED, session -> session.sql("SELECT 1").one(row -> row.get(0, Integer.class)))
                .block(ServerFixture.PATIENCE);
        assertThat(markers()).isEqualTo(before);

        fixture.sessions()
                .withTransaction(
                        MARKED.verification(CommitVerification.marker(CommitVerification.Marking.ALWAYS)),
                        session -> session.sql("SELECT 1").one(row -> row.get(0, Integer.class)))
                .block(ServerFixture.PATIENCE);
        assertThat(markers()).isEqualTo(before + 1);
    }

    @Test
    void aDatabaseWithoutTheSchemaMustBeToldBeforeAnythingIsBegun() {
        fixture.run("DROP SCHEMA reactive_sessions CASCADE");

        StepVerifier.create(insert(MARKED, 1))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(CommitMarkerException.class)
                        .hasMessageContaining("CommitMarkerSchema"));
        assertThat(fixture.number("SELECT count(*) FROM item")).isZero();
    }
}
