package org.reactivesessions.postgres.doubt;

import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import java.time.Duration;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.observation.SessionListener;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.postgres.CommitMarkerSchema;
import org.reactivesessions.postgres.PostgresDialect;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.resilience.ResilienceOptions;
import org.reactivesessions.testkit.proxy.FaultProxy;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TimeLimits;

/** Opens the sessions that are tried: those of the library as everybody opens them, or with a planted error. */
final class Sessions {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** A circuit that opens while the server is away must not make a round much longer than the server is. */
    static final ResilienceOptions RESILIENCE = ResilienceOptions.defaults().circuitWait(Duration.ofMillis(200));

    private Sessions() {}

    /** Makes the schema of the markers. */
    static void install(TestDatabase database) {
        ReactiveSessions sessions = PostgresSessions.builder()
                .url(database.r2dbcUrl())
                .pool(pool(1))
                .build();
        CommitMarkerSchema.install(sessions).then(sessions.close()).block(PATIENCE);
    }

    static ReactiveSessions open(
            TestDatabase database,
            FaultProxy proxy,
            int size,
            TimeLimits limits,
            SessionListener listener,
            Planted planted) {
        PoolOptions pool = pool(size);
        if (planted == Planted.NOTHING) {
            return PostgresSessions.builder()
                    .url(database.r2dbcUrl(proxy.host(), proxy.port()))
                    .pool(pool)
                    .limits(limits)
                    .resilience(RESILIENCE)
                    .listener(listener)
                    .build();
        }
        PostgresqlConnectionFactory driver = new PostgresqlConnectionFactory(PostgresqlConnectionConfiguration.builder()
                .host(proxy.host())
                .port(proxy.port())
                .database(database.database())
                .username(database.username())
                .password(database.password())
                .options(PostgresDialect.GUARD_PARAMETERS)
                .build());
        return ReactiveSessions.builder(driver)
                .dialect(planted.dialect())
                .pool(pool)
                .limits(limits)
                .resilience(RESILIENCE)
                .listener(listener)
                .build();
    }

    /** A pool that is patient with a busy machine. */
    static PoolOptions pool(int size) {
        return PoolOptions.defaults()
                .maxSize(size)
                .acquireTimeout(PATIENCE)
                .createTimeout(PATIENCE)
                .aliveWindow(PATIENCE);
    }
}
