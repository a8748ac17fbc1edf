package org.reactivesessions.postgres;

import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.ReactiveSessionsBuilder;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.observation.LogOptions;
import org.reactivesessions.observation.SessionListener;
import org.reactivesessions.observation.WatchOptions;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.pool.ResetPolicy;
import org.reactivesessions.resilience.ResilienceOptions;
import org.reactivesessions.transaction.ServerCancelOptions;
import org.reactivesessions.transaction.TimeLimits;

/**
 * What was asked for, and the sessions made of it: straight to the server, or through a pooler. Immutable.
 *
 * @param target {@code null} if nobody has said
 * @param autocommitWrites {@code null} if nobody has said
 * @param overlap {@code null} if nobody has said
 * @param prepared whether {@code preparation} does something with new connections
 * @param preparation what was said to the builder of the sessions itself
 */
record Assembly(
        Address address,
        @Nullable HostTarget target,
        StartupOptions startup,
        TlsOptions tls,
        WireLimits wire,
        PoolOptions pool,
        TimeLimits limits,
        ResilienceOptions resilience,
        @Nullable Boolean autocommitWrites,
        @Nullable Boolean overlap,
        boolean prepared,
        LogOptions logs,
        SessionListener listener,
        WatchOptions watching,
        Function<ReactiveSessionsBuilder, ReactiveSessionsBuilder> preparation) {

    /** @param pooler whether there is one for certain; otherwise it is found out */
    ReactiveSessions sessions(boolean pooler) {
        List<DriverFactories> hosts = address.endpoints().stream()
                .map(host -> new DriverFactories(
                        address.at(host), startup, tls.requireUsableFor(host.host()), wire, pool.createTimeout()))
                .toList();
        String obstacle = obstacleToPooler();
        return pooler ? throughPooler(hosts, obstacle) : direct(hosts, obstacle);
    }

    private ReactiveSessions throughPooler(List<DriverFactories> hosts, @Nullable String obstacle) {
        if (obstacle != null) {
            throw new IllegalArgumentException("pgBouncer() cannot go together with " + obstacle);
        }
        ConnectionFactory pooled = connections(hosts, memory(), DriverFactories::pooled);
        return assemble(pooled, pooled, new PostgresDialect(null, () -> true))
                .reset(ResetPolicy.TRANSACTION_ONLY)
                .limits(limits.noServerCancel())
                .build();
    }

    /** A pooler that is seen in front of one host counts for all, because what may be done on a connection is the same. */
    private ReactiveSessions direct(List<DriverFactories> hosts, @Nullable String obstacle) {
        PoolerSighting sighting = new PoolerSighting();
        HostMemory memory = memory();
        Function<DriverFactories, ConnectionFactory> plain =
                host -> new DirectOrPooled(host.plain(), host.pooled(), sighting, obstacle);
        Function<DriverFactories, ConnectionFactory> guarded =
                host -> new DirectOrPooled(host.guarded(), host.pooled(), sighting, obstacle);
        return assemble(
                        connections(hosts, memory, Boolean.TRUE.equals(autocommitWrites) ? plain : guarded),
                        new CheckedCapacity(connections(hosts, memory, plain), pool, sighting::isSeen),
                        new PostgresDialect(new PostgresGuard(!Boolean.FALSE.equals(overlap)), sighting::isSeen))
                .limits(limits)
                .build();
    }

    /** Of several hosts the primary, unless somebody has said something else; of one host what it is, unless somebody has. */
    private HostTarget targetOrDefault() {
        return target != null ? target : address.hosts().size() > 1 ? HostTarget.PRIMARY : HostTarget.ANY;
    }

    private HostMemory memory() {
        return new HostMemory(targetOrDefault(), address.hosts().size(), System::nanoTime);
    }

    /** Of the time to open a connection, what is not for whoever has a password to give. */
    private Duration timeForHosts() {
        return pool.createTimeout().dividedBy(10).multipliedBy(address.passwords() == null ? 9 : 4);
    }

    private ConnectionFactory connections(
            List<DriverFactories> hosts, HostMemory memory, Function<DriverFactories, ConnectionFactory> kind) {
        ConnectionFactory found = hosts.size() == 1 && targetOrDefault() != HostTarget.PRIMARY
                ? kind.apply(hosts.get(0))
                : new HostConnections(
                        hosts.stream()
                                .map(host -> new HostConnections.Host(host.endpoint(), kind.apply(host)))
                                .toList(),
                        targetOrDefault(),
                        memory,
                        timeForHosts());
        PasswordSource passwords = address.passwords();
        return passwords == null
                ? found
                : new FreshPassword(found, passwords, pool.createTimeout().dividedBy(2));
    }

    private ReactiveSessionsBuilder assemble(ConnectionFactory own, ConnectionFactory health, Dialect dialect) {
        return preparation
                .apply(ReactiveSessions.builder(own))
                .healthConnections(health)
                .dialect(dialect)
                .pool(pool)
                .resilience(resilience)
                .logs(logs)
                .listener(listener)
                .watch(watching);
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
