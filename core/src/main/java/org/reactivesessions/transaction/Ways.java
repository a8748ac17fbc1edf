package org.reactivesessions.transaction;

import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.health.Sentinel;
import org.reactivesessions.observation.AttemptReport.Kind;
import org.reactivesessions.pool.Lease;
import org.reactivesessions.resilience.AcquisitionPolicy;
import org.reactivesessions.wire.StatementGate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses how a scope comes to its connection: from the pool, by joining the scope around it, or by a savepoint in it.
 * Thread-safe.
 */
final class Ways<S> {

    private static final Logger log = LoggerFactory.getLogger("org.reactivesessions.transaction");

    private final PoolAccess access;
    private final PoolAccess ownAccess;
    private final PoolAccess directAccess;
    private final Dialect dialect;
    private final Sentinel sentinel;
    private final TimeLimits limits;
    private final @Nullable ServerCancels cancels;
    private final @Nullable Markers markers;

    Ways(PoolAccess access, Dialect dialect, Sentinel sentinel, TimeLimits limits) {
        this.access = access;
        this.ownAccess = access.own(access.policy());
        this.directAccess = access.own(AcquisitionPolicy.none(access.nanoTime()));
        this.dialect = dialect;
        this.sentinel = sentinel;
        this.limits = limits;
        this.cancels = ServerCancels.of(limits, access.timer(), access.nanoTime());
        this.markers = Markers.of(dialect.marker(), limits, access.nanoTime());
    }

    /** The way of a transaction. Throws if it cannot be where it is. */
    Way<S> transaction(TransactionOptions options, @Nullable Scope<S> outer, @Nullable DueTime due) {
        Propagation propagation = options.propagation();
        if (outer != null && !isOwn(options, outer)) {
            return inside(outer, options);
        }
        if (propagation == Propagation.MANDATORY) {
            throw new IllegalStateException(options.name()
                    + ": MANDATORY, but there is no transaction around it, nothing was sent. Subscribe it inside the"
                    + " function of withTransaction, and keep the Reactor Context on the way.");
        }
        sentinel.start();
        if (!options.isReadOnly()) {
            sentinel.requireWritable(options.name());
        }
        return fromPool(options, transactionOn(options, due), outer == null, outer != null, Kind.TRANSACTION);
    }

    private BiFunction<Lease, StatementGate, HeldConnection> transactionOn(
            TransactionOptions options, @Nullable DueTime due) {
        return (lease, gate) ->
                new TransactionConnection(lease, dialect, limited(options, due), gate, cancels, sentinel, markers);
    }

    /** The way of a transaction of the sessions' own, of which no listener hears. */
    Way<S> own(TransactionOptions options, @Nullable DueTime due) {
        return new Way<>(
                life -> new PoolEntry(life, ownAccess, transactionOn(options, due), false, false, options.name()),
                null,
                null,
                null,
                true);
    }

    /** What knows of markers, {@code null} if the dialect leaves none. */
    @Nullable
    Markers markers() {
        return markers;
    }

    /** Whether a transaction has an end of its own there, and is not part of another one. */
    boolean isOwn(TransactionOptions options, @Nullable Scope<S> outer) {
        return outer == null || !outer.held().isTransactional() || options.propagation() == Propagation.REQUIRES_NEW;
    }

    /** What is left for the work limits statements and waits for locks; what is left for everything, the transaction. */
    private TransactionOptions limited(TransactionOptions options, @Nullable DueTime due) {
        return due == null || !dialect.limitsTime()
                ? options
                : options.limited(due.left(access.nanoTime().getAsLong()));
    }

    private Way<S> inside(Scope<S> outer, TransactionOptions options) {
        IllegalStateException conflict =
                Joining.conflict(options.name(), options, outer.held().definition());
        if (conflict != null) {
            throw conflict;
        }
        if (options.retry() != null || options.verification().leavesMarker()) {
            log.debug(
                    "{}: its retry and its verification have no effect, because it is part of \"{}\"",
                    options.name(),
                    outer.name());
        }
        return options.propagation() == Propagation.NESTED
                ? nested(outer, options.name())
                : joined(outer, options.name(), Kind.TRANSACTION);
    }

    /** The way of a connection that is handed out. */
    Way<S> lease(TransactionOptions options) {
        return fromPool(
                options,
                (lease, gate) -> new LentConnection(lease, dialect, options, gate),
                false,
                false,
                Kind.SESSION);
    }

    /** The way of a savepoint. Throws if there is no transaction to set it in. */
    Way<S> nested(Scope<S> outer, String name) {
        if (!outer.held().isTransactional()) {
            throw new IllegalStateException(
                    name
                            + ": nested needs a transaction, but this session has none, nothing was sent; use withTransaction.");
        }
        return new Way<>(
                life -> new NestedEntry(life, outer.held(), name, limits.control()),
                null,
                outer,
                Kind.TRANSACTION,
                false);
    }

    private Way<S> joined(Scope<S> outer, String name, Kind kind) {
        return new Way<>(life -> new JoinedEntry(life, outer.held(), name), outer, outer, kind, false);
    }

    /** The way of a scope without a transaction that asks the database in any case, and once. */
    Way<S> direct(TransactionOptions options) {
        return new Way<>(
                life -> new PoolEntry(
                        life,
                        directAccess,
                        (lease, gate) -> new SessionConnection(lease, dialect, options, gate, cancels),
                        false,
                        false,
                        options.name()),
                null,
                null,
                null,
                false);
    }

    /** The way of a scope without a transaction. */
    Way<S> session(TransactionOptions options, @Nullable Scope<S> outer) {
        return outer != null
                ? joined(outer, options.name(), Kind.SESSION)
                : fromPool(
                        options,
                        (lease, gate) -> new SessionConnection(lease, dialect, options, gate, cancels),
                        false,
                        false,
                        Kind.SESSION);
    }

    private Way<S> fromPool(
            TransactionOptions options,
            BiFunction<Lease, StatementGate, HeldConnection> use,
            boolean takesOver,
            boolean holdsAnother,
            Kind kind) {
        return new Way<>(
                life -> new PoolEntry(life, access, use, takesOver, holdsAnother, options.name()),
                null,
                null,
                kind,
                holdsAnother);
    }
}
