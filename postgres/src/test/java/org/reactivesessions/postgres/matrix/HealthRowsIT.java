package org.reactivesessions.postgres.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.matrix.Invariant.I5;
import static org.reactivesessions.postgres.matrix.Invariant.I6;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.health.HealthReport;
import org.reactivesessions.health.HealthStatus;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.EmbeddedServer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Questions after the health of a server that is stopped where it is (SIGSTOP). */
class HealthRowsIT extends FaultRows {

    private static final Duration LIMIT = Duration.ofMillis(500);
    private static final int ASKING = 50;
    private static final FrameMatch QUESTION = FrameMatch.fromClient('Q').sql("pg_is_in_recovery");

    private static EmbeddedServer server;

    @BeforeAll
    static void startServer() {
        server = EmbeddedServer.start();
    }

    @AfterAll
    static void closeServer() {
        server.close();
    }

    HealthRowsIT() {
        super(server.freshDatabase(), settings -> settings.healthTimeout(LIMIT));
    }

    @AfterEach
    void thaw() {
        server.thaw();
    }

    private HealthReport look() {
        return Objects.requireNonNull(fixture().sessions().health().block(ServerFixture.PATIENCE));
    }

    private Mono<List<HealthReport>> lookTogether() {
        return Flux.range(0, ASKING)
                .flatMap(each -> fixture().sessions().health(), ASKING)
                .collectList();
    }

    /** With its connection and without, while the one place in the pool is taken: so it needs none. */
    @FaultRow(
            value = 56,
            invariants = {I5, I6})
    @ParameterizedTest(name = "with the postmaster {0}")
    @ValueSource(booleans = {true, false})
    void whoeverAsksMustHearInTimeThatItIsDown(boolean postmaster) {
        assertThat(look().status()).isEqualTo(HealthStatus.UP);
        Sinks.Empty<Void> end = Sinks.empty();
        Operation holder = start(session -> end.asMono());
        Patience.until(
                "nobody has the connection",
                () -> fixture().sessions().poolStatus().acquired() == 1);
        Rule questions = proxy().watch(QUESTION);
        if (postmaster) {
            server.freeze();
        } else {
            server.freezeBackends();
        }
        Operation asking = operation();
        asking.start(lookTogether());

        check().heardWithin(LIMIT, asking);
        assertThat(asking.error()).isNull();
        assertThat((List<?>) asking.values().get(0))
                .hasSize(ASKING)
                .allSatisfy(
                        report -> assertThat(((HealthReport) report).status()).isEqualTo(HealthStatus.DOWN));
        assertThat(questions.hits()).as("questions sent").isEqualTo(1);
        assertThat(fixture().sessions().poolStatus().pending())
                .as("waiting for a place")
                .isZero();
        if (postmaster) {
            Operation again = operation();
            again.start(fixture().sessions().health());
            check().heardWithin(LIMIT, again);
            assertThat(((HealthReport) again.values().get(0)).status()).isEqualTo(HealthStatus.DOWN);
        }

        server.thaw();
        end.tryEmitEmpty();
        assertThat(holder.await().error()).isNull();
        fixture()
                .sessions()
                .health()
                .repeat()
                .takeUntil(report -> report.status() == HealthStatus.UP)
                .blockLast(ServerFixture.PATIENCE);
        check().poolIsWhole();
    }
}
