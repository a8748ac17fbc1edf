package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.health.HealthStatus;
import org.reactivesessions.postgres.hygiene.ExpectsDrops;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;

/** Whether the server has room for what the pools may ask for is said before it is found out. */
@ExtendWith(PostgresExtension.class)
@Timeout(60)
@ExpectsDrops // the driver drops an answer that comes while it is closed
class CapacityIT {

    private static final String LIMIT = "SELECT current_setting('max_connections')::int"
            + " - current_setting('superuser_reserved_connections')::int"
            + " - coalesce(current_setting('reserved_connections', true)::int, 0)";

    private static PostgresSessions.Builder patient(PostgresSessions.Builder builder) {
        return builder.healthTimeout(ServerFixture.PATIENCE);
    }

    private static void look(ServerFixture fixture) {
        assertThat(fixture.sessions()
                        .health()
                        .blockOptional(ServerFixture.PATIENCE)
                        .orElseThrow()
                        .status())
                .isEqualTo(HealthStatus.UP);
    }

    private static void limit(ServerFixture fixture, int connections) {
        fixture.run("DO $$BEGIN EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT " + connections
                + "', current_database()); END$$");
    }

    @Test
    void moreThanTheServerTakesMustBeAWarningWithTheSum(TestDatabase database) {
        try (LogLines log = LogLines.of(CheckedCapacity.class);
                ServerFixture fixture = ServerFixture.with(
                        database,
                        builder -> patient(builder)
                                .pool(ServerFixture.roomyPool(1).size(20, 30).instances(5)))) {
            look(fixture);
            look(fixture);

            assertThat(log.lines())
                    .containsExactly(
                            "The instances together could ask for more connections than the server leaves to this"
                                    + " user: 5 x (20 + 30 + 1 for health) = 255 of " + fixture.number(LIMIT)
                                    + ". Lower pool-size or max-overflow, or raise the limit of server, database or role.");
        }
    }

    @Test
    void asManyAsTheServerTakesMustBeNoWarning(TestDatabase database) {
        try (LogLines log = LogLines.of(CheckedCapacity.class);
                ServerFixture measure = ServerFixture.on(database);
                ServerFixture fixture = ServerFixture.with(
                        database,
                        builder -> patient(builder).pool(ServerFixture.roomyPool((int) measure.number(LIMIT) - 1)))) {
            look(fixture);

            assertThat(log.lines()).isEmpty();
        }
    }

    @Test
    void theLimitOfTheDatabaseMustCount(TestDatabase database) {
        try (LogLines log = LogLines.of(CheckedCapacity.class);
                ServerFixture fixture =
                        ServerFixture.with(database, builder -> patient(builder).pool(ServerFixture.roomyPool(10)))) {
            limit(fixture, 10);
            try {
                look(fixture);
            } finally {
                limit(fixture, -1);
            }

            assertThat(log.lines())
                    .containsExactly(
                            "One instance could ask for more connections than the server leaves to this user: 1 x"
                                    + " (0 + 10 + 1 for health) = 11 of 10. Lower pool-size or max-overflow, or raise the limit of"
                                    + " server, database or role.");
        }
    }

    /** The connection is nobody's but the check's until it has the answer. */
    @Test
    void aLookThatIsOverBeforeTheAnswerMustNotLeaveItsConnection(TestDatabase database) {
        try (ServerFixture fixture = ServerFixture.with(
                database, builder -> builder.pool(ServerFixture.roomyPool(1)).healthTimeout(Duration.ofSeconds(3)))) {
            Rule limit = fixture.proxy().hold(FrameMatch.fromClient('Q').sql("max_connections"));
            assertThat(fixture.sessions()
                            .health()
                            .blockOptional(ServerFixture.PATIENCE)
                            .orElseThrow()
                            .status())
                    .isEqualTo(HealthStatus.DOWN);
            assertThat(limit.hits()).isOne();
            limit.release();

            fixture.proxy().awaitLinks(0, ServerFixture.PATIENCE);
        }
    }
}
