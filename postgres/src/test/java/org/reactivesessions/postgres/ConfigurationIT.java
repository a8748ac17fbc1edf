package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Mono;

/** What environment variables say is what the server sees. */
@ExtendWith(PostgresExtension.class)
@Timeout(60)
class ConfigurationIT {

    private static String answer(ReactiveSessions sessions, String sql) {
        Mono<String> answer =
                sessions.withTransaction(session -> session.sql(sql).one(row -> row.get(0, String.class)));
        return String.valueOf(answer.block(ServerFixture.PATIENCE));
    }

    @Test
    void anEnvironmentMustReachPoolAndServer(TestDatabase database) {
        Map<String, String> environment = new HashMap<>();
        environment.put(
                "DATABASE_URL", database.r2dbcUrl() + "?application_name=orders&lockTimeout=4s&search_path=app,public");
        environment.put("DATABASE_POOL_SIZE", "2");
        environment.put("DATABASE_MAX_OVERFLOW", "1");
        environment.put("DATABASE_IDLE_IN_TRANSACTION_TIMEOUT", "6m");
        environment.put("DATABASE_CLIENT_CHECK_INTERVAL", "3s");
        environment.put("DATABASE_TIME_ZONE", "Asia/Kathmandu");
        environment.put("DATABASE_POOL_TIMEOUT", "30");
        environment.put("DATABASE_CONNECT_TIMEOUT", "30s");
        environment.put("DB_STATEMENT_TIMEOUT", "7s");
        ReactiveSessions sessions =
                PostgresSessions.fromEnvironment(environment).build();
        try {
            assertThat(answer(sessions, "SHOW statement_timeout")).isEqualTo("7s");
            Mono<String> limited = sessions.withTransaction(
                    TransactionOptions.defaults().statementTimeout(Duration.ofSeconds(2)),
                    session -> session.sql("SHOW statement_timeout").one(row -> row.get(0, String.class)));
            assertThat(limited.block(ServerFixture.PATIENCE)).isEqualTo("2s");
            assertThat(answer(sessions, "SHOW statement_timeout")).isEqualTo("7s");
            assertThat(answer(sessions, "SHOW lock_timeout")).isEqualTo("4s");
            assertThat(answer(sessions, "SHOW idle_in_transaction_session_timeout"))
                    .isEqualTo("6min");
            assertThat(answer(sessions, "SHOW client_connection_check_interval"))
                    .isEqualTo("3s");
            assertThat(answer(sessions, "SHOW timezone")).isEqualTo("Asia/Kathmandu");
            assertThat(answer(sessions, "SHOW search_path")).isEqualTo("app,public");
            assertThat(answer(sessions, "SELECT application_name FROM pg_stat_activity WHERE pid = pg_backend_pid()"))
                    .isEqualTo("orders");
            assertThat(answer(sessions, "SELECT source FROM pg_settings WHERE name = 'default_transaction_read_only'"))
                    .as("the guard is up as well")
                    .isEqualTo("client");
            assertThat(sessions.poolStatus().maxSize()).isEqualTo(3);
            assertThat(sessions.poolStatus().coreSize()).isEqualTo(2);
        } finally {
            sessions.close().block(ServerFixture.PATIENCE);
        }
    }

    @Test
    void theNamesOfLibpqMustBeEnough(TestDatabase database) {
        ReactiveSessions sessions = PostgresSessions.fromEnvironment(Map.of(
                        "PGHOST", database.host(),
                        "PGPORT", Integer.toString(database.port()),
                        "PGDATABASE", database.database(),
                        "PGUSER", database.username(),
                        "PGPASSWORD", database.password(),
                        "PGAPPNAME", "libpq",
                        "ENVIRONMENT", "test"))
                .build();
        try {
            assertThat(answer(sessions, "SHOW application_name")).isEqualTo("libpq");
            assertThat(answer(sessions, "SHOW timezone")).isEqualTo("UTC");
            assertThat(answer(sessions, "SHOW client_connection_check_interval"))
                    .isEqualTo("10s");
            assertThat(answer(sessions, "SHOW idle_in_transaction_session_timeout"))
                    .isEqualTo("0");
            assertThat(sessions.poolStatus().maxSize()).isEqualTo(5);
        } finally {
            sessions.close().block(ServerFixture.PATIENCE);
        }
    }

    /** Where the sign of a POSIX offset is the other one, and where the driver knows no offset of that name. */
    @Test
    void anOffsetMustBeTheSameOnTheServer(TestDatabase database) {
        for (String offset : List.of("+02:00", "-03:30", "GMT+2", "UTC+02:00", "UT-5", "UTC")) {
            ZoneId zone = ZoneId.of(offset);
            ReactiveSessions sessions = PostgresSessions.builder()
                    .url(database.r2dbcUrl())
                    .pool(ServerFixture.roomyPool(1))
                    .timeZone(zone)
                    .build();
            try {
                assertThat(answer(sessions, "SELECT extract(timezone FROM now())::int::text"))
                        .as(offset)
                        .isEqualTo(String.valueOf(
                                zone.getRules().getOffset(Instant.EPOCH).getTotalSeconds()));
            } finally {
                sessions.close().block(ServerFixture.PATIENCE);
            }
        }
    }
}
