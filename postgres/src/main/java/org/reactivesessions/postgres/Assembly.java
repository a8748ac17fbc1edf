package org.reactivesessions.postgres;

import io.r2dbc.spi.ConnectionFactory;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.ReactiveSessionsBuilder;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.observation.SessionListener;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.pool.ResetPolicy;
import org.reactivesessions.resilience.ResilienceOptions;
import org.reactivesessions.transaction.ServerCancelOptions;
import org.reactivesessions.transaction.TimeLimits;

/**
 * What was asked for, and the sessions made of it: straight to the server, or through a pooler. Immutable.
 *
 * @param autocommitWrites {@code null} if nobody has said
 * @param overlap {@code null} if nobody has said
 * @param prepared whether {@code preparation} does something with new connections
 * @param echo whether everything that is sent is logged at INFO
 * @param preparation what was said to the builder of the sessions itself
 */
record Assembly(
        Address address,
        StartupOptions startup,
        TlsOptions tls,
        WireLimits wire,
        PoolOptions pool,
        TimeLimits limits,
        ResilienceOptions resilience,
        @Nullable Boolean autocommitWrites,
        @Nullable Boolean overlap,
        boolean prepared,
        boolean echo,
        SessionListener listener,
        Function<ReactiveSessionsBuilder, ReactiveSessionsBuilder> preparation) {

    /** @param pooler whether there is one for certain; otherwise it is found out */
    ReactiveSessions sessions(boolean pooler) {
        DriverFactories factories =
                new DriverFactories(address, startup, tls.requireUsableFor(address.host()), wire, pool.createTimeout());
        String obstacle = obstacleToPooler();
        return pooler ? throughPooler(factories, obstacle) : direct(factories, obstacle);
    }

    private ReactiveSessions throughPooler(DriverFactories factories, @Nullable String obstacle) {
        if (obstacle != null) {
            throw new IllegalArgumentException("pgBouncer() cannot go together with " + obstacle);
        }
        return assemble(factories.pooled(), factories.pooled(), new PostgresDialect(null, () -> true))
                .reset(ResetPolicy.TRANSACTION_ONLY)
                .limits(limits.noServerCancel())
                .build();
    }

    private ReactiveSessions direct(DriverFactories factories, @Nullable String obstacle) {
        PoolerSighting sighting = new PoolerSighting();
        ConnectionFactory plain = factories.plain();
        ConnectionFactory own = Boolean.TRUE.equals(autocommitWrites) ? plain : factories.guarded();
        ConnectionFactory pooled = factories.pooled();
        return assemble(
                        new DirectOrPooled(own, pooled, sighting, obstacle),
                        new CheckedCapacity(
                                new DirectOrPooled(plain, pooled, sighting, obstacle), pool, sighting::isSeen),
                        new PostgresDialect(new PostgresGuard(!Boolean.FALSE.equals(overlap)), sighting::isSeen))
                .limits(limits)
                .build();
    }

    private ReactiveSessionsBuilder assemble(ConnectionFactory own, ConnectionFactory health, Dialect dialect) {
        return preparation
                .apply(ReactiveSessions.builder(own))
                .healthConnections(health)
                .dialect(dialect)
                .pool(pool)
                .resilience(resilience)
                .echo(echo)
                .listener(listener);
    }

    /** What was asked for that cannot be had where transactions change their server connection, and why. */
    private @Nullable String obstacleToPooler() {
        if (prepared) {
            return "onConnect or initSql: what they do stays on a server connection that others get next; use"
                    + " TransactionOptions.setting, or ALTER ROLE … SET";
        }
        if (Boolean.TRUE.equals(overlap)) {
            return "overlap(true): BEGIN has to be awaited there; leave it out";
        }
        if (Boolean.FALSE.equals(autocommitWrites)) {
            return "autocommitWrites(false): nothing can refuse them there; leave it out";
        }
        if (pool.reset() == ResetPolicy.ALWAYS || pool.reset() == ResetPolicy.NEVER_REUSE) {
            return "reset(" + pool.reset()
                    + "): what is left stays on a server connection that others get next; leave it out";
        }
        String refused = startup.obstacleToPooler();
        if (refused != null) {
            return refused;
        }
        ServerCancelOptions cancel = limits.serverCancel();
        return cancel.enabled() && !cancel.equals(ServerCancelOptions.defaults())
                ? "limits whose serverCancel options are set: a request to cancel could hit another client; leave them"
                        + " out"
                : null;
    }
}
