package org.reactivesessions.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.testkit.server.TestServers;

/** Callers who come at a rate of their own are served by every contender, plain and with settings. */
class ArrivingIT {

    static Stream<Entrant> entrants() {
        return Arrays.stream(Entrant.values())
                .filter(entrant -> entrant.obstacle().isEmpty());
    }

    @ParameterizedTest
    @MethodSource("entrants")
    void everybodyWhoComesMustBeServed(Entrant entrant) throws Exception {
        try (TestDatabase database = TestServers.current().freshDatabase();
                Bench bench = Bench.on(database);
                Contender contender = entrant.open(bench.direct(), Terms.SETTINGS)) {
            Arrivals.Result result =
                    new Arrivals(200, Duration.ofMillis(500)).run(Workload.WRITE3, contender);

            assertThat(result.turnedAway()).isZero();
            assertThat(result.perSecond()).isPositive();
            assertThat(contender.once(Workload.WRITE3, 7)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @MethodSource("entrants")
    void whoeverFailsMustHearOfIt(Entrant entrant) throws Exception {
        try (TestDatabase database = TestServers.current().freshDatabase();
                Bench bench = Bench.on(database);
                Contender contender = entrant.open(bench.direct())) {
            try (Connection connection = database.openJdbc();
                    Statement statement = connection.createStatement()) {
                statement.execute("ALTER TABLE note ADD CHECK (account < 0)");
            }
            CompletableFuture<Optional<Throwable>> ended = new CompletableFuture<>();

            contender.start(Workload.WRITE3, 7, ended::complete);

            assertThat(ended.get(Load.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isPresent();
        }
    }
}
