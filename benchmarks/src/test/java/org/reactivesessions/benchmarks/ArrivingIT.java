package org.reactivesessions.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.testkit.server.TestServers;

/** Callers who come at a rate of their own are served by every contender, and hear of it if they cannot be. */
@Tag("program")
@TestInstance(Lifecycle.PER_CLASS)
class ArrivingIT {

    private final TestDatabase database = TestServers.current().freshDatabase();
    private final Bench bench;

    ArrivingIT() throws SQLException {
        bench = Bench.on(database);
    }

    @AfterAll
    void dropTheDatabase() {
        bench.close();
    }

    static Stream<Entrant> entrants() {
        return Arrays.stream(Entrant.values())
                .filter(entrant -> entrant.obstacle().isEmpty());
    }

    @ParameterizedTest
    @MethodSource("entrants")
    void everybodyWhoComesMustBeServedOrHearWhy(Entrant entrant) throws Exception {
        try (Contender contender = entrant.open(bench.direct(), Terms.SETTINGS)) {
            Arrivals.Result result = new Arrivals(100, Duration.ofMillis(300)).run(Workload.WRITE3, contender);

            assertThat(result.turnedAway()).isZero();
            assertThat(result.perSecond()).isPositive();

            run("ALTER TABLE note ADD CONSTRAINT none CHECK (account < 0) NOT VALID");
            try {
                CompletableFuture<Optional<Throwable>> ended = new CompletableFuture<>();
                contender.start(Workload.WRITE3, 7, ended::complete);

                assertThat(ended.get(Load.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                        .isPresent();
            } finally {
                run("ALTER TABLE note DROP CONSTRAINT none");
            }
        }
    }

    private void run(String sql) throws SQLException {
        try (Connection connection = database.openJdbc();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
