package org.reactivesessions.micrometer;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.observation.ActiveSession;
import org.reactivesessions.observation.AttemptReport;
import org.reactivesessions.observation.BreakerState;
import org.reactivesessions.observation.ConnectionEnd;
import org.reactivesessions.observation.HookMoment;
import org.reactivesessions.observation.SessionListener;

/**
 * The meters of one {@link ReactiveSessions}. It counts and times what it hears as their listener, and once it is bound to
 * them, it shows their pool as well:
 *
 * <pre>{@code
 * SessionMetrics metrics = SessionMetrics.builder(registry).pool("orders").build();
 * ReactiveSessions sessions = PostgresSessions.builder().url(url).listener(metrics).build();
 * metrics.bind(sessions);
 * }</pre>
 *
 * <p>No tag has a value that came from a user, a statement or a message. Times are recorded in nanoseconds and shown in the unit of
 * the registry, seconds for Prometheus. Every meter is in the page about metrics.
 *
 * <p><strong>Ownership:</strong> the meters are in the registry from {@link Builder#build} and {@link #bind} on until {@link #close}.
 * Neither keeps the sessions from being collected, and closing the sessions leaves the meters where they are: what was counted
 * stays, the pool is empty.
 *
 * <p><strong>Threads:</strong> thread-safe; never blocks. Recording allocates nothing but what the registry does.
 *
 * @since 0.1
 */
public final class SessionMetrics implements SessionListener, AutoCloseable {

    private final Meters meters;
    private final Bounded<NamedMeters> named;
    private final ConnectionMeters connections;
    private final TroubleMeters trouble;
    private final HookMeters hooks;
    private final AtomicBoolean bound = new AtomicBoolean();
    private volatile BreakerState circuit = BreakerState.CLOSED;

    private SessionMetrics(Builder builder) {
        meters = new Meters(builder.registry, builder.pool, builder.histograms);
        if (meters.isThere(SessionMeter.IN_DOUBT)) {
            throw taken(meters.pool(), "SessionMetrics.close() takes those of sessions that are gone out of it");
        }
        named = new Bounded<>(builder.maxNames, name -> new NamedMeters(meters, name));
        connections = new ConnectionMeters(meters);
        trouble = new TroubleMeters(meters);
        hooks = new HookMeters(meters);
        for (BreakerState state : BreakerState.values()) {
            meters.gauge(SessionMeter.CIRCUIT, this, metrics -> metrics.circuit == state ? 1 : 0, Meters.word(state));
        }
    }

    private static IllegalStateException taken(String pool, String hint) {
        return new IllegalStateException("the registry has meters of a pool called \"" + pool
                + "\" already, and those of two would be mixed. Give each a name of its own by pool(…); " + hint);
    }

    /**
     * Makes metrics with the defaults.
     *
     * @param registry gets the meters
     * @return metrics of a pool called {@code sessions}
     * @throws IllegalStateException if the registry has meters of a pool of that name
     */
    public static SessionMetrics of(MeterRegistry registry) {
        return builder(registry).build();
    }

    /**
     * Makes metrics.
     *
     * @param registry gets the meters
     * @return a builder
     */
    public static Builder builder(MeterRegistry registry) {
        return new Builder(Objects.requireNonNull(registry, "registry must not be null"));
    }

    /**
     * Shows the pool of the sessions whose listener this is.
     *
     * @param sessions are not kept from being collected
     * @throws IllegalStateException if it is bound already, or somebody else shows a pool of that name
     */
    public void bind(ReactiveSessions sessions) {
        Objects.requireNonNull(sessions, "sessions must not be null");
        if (bound.getAndSet(true)) {
            throw new IllegalStateException("the metrics of \"" + meters.pool()
                    + "\" are bound already; make one SessionMetrics for each ReactiveSessions");
        }
        if (meters.isThere(SessionMeter.POOL_ACQUIRED)) {
            throw taken(meters.pool(), "a ConnectionPool that Spring Boot shows has the name of its bean");
        }
        PoolMeters.register(meters, sessions);
    }

    /** Takes the meters out of the registry. What is heard afterwards is not seen any more. */
    @Override
    public void close() {
        meters.remove();
    }

    @Override
    public void ended(String name, LifePhase phase, TransactionOutcome outcome, @Nullable Throwable error) {
        named.of(name).ended(outcome);
        trouble.ended(phase, outcome, error);
    }

    @Override
    public void retrying(String name, int attempt, Duration wait, Throwable error) {
        connections.retrying();
    }

    @Override
    public void repeating(String name, int attempt, Duration wait, TransactionOutcome outcome, Throwable error) {
        named.of(name).repeated();
    }

    @Override
    public void resolved(String name, TransactionOutcome outcome, Duration took) {
        trouble.resolved(outcome, took);
    }

    @Override
    public void circuitChanged(String name, BreakerState from, BreakerState to) {
        circuit = to;
    }

    @Override
    public void attempted(AttemptReport report) {
        if (report.cancelled()) {
            trouble.cancelled(report.phase());
        }
        if (!report.held().isZero()) {
            connections.held(report);
            named.of(report.name()).held(report);
        }
    }

    @Override
    public void hooksRan(String name, HookMoment moment, Duration took, @Nullable Throwable error) {
        hooks.ran(moment, took, error != null);
    }

    @Override
    public void connectionOpened(Duration took) {
        connections.opened(took);
    }

    @Override
    public void connectionRefused(Duration took, Throwable error) {
        connections.refused(took);
    }

    @Override
    public void connectionClosed(ConnectionEnd why) {
        connections.closed(why);
    }

    @Override
    public void suspected(ActiveSession session) {
        trouble.suspected(session.phase());
    }

    @Override
    public void usedAfterEnd(String name, Throwable use) {
        trouble.usedAfterEnd();
    }

    @Override
    public String toString() {
        return "SessionMetrics[pool=" + meters.pool() + "]";
    }

    /**
     * Makes {@link SessionMetrics}. Not thread-safe.
     *
     * @since 0.1
     */
    public static final class Builder {

        private final MeterRegistry registry;
        private String pool = "sessions";
        private int maxNames = 100;
        private boolean histograms;

        private Builder(MeterRegistry registry) {
            this.registry = registry;
        }

        /**
         * Sets what the pool is called in tags, which tells several in one registry apart.
         *
         * @param name not blank; default {@code sessions}
         * @return this builder
         * @throws IllegalArgumentException if it is blank
         */
        public Builder pool(String name) {
            if (name.isBlank()) {
                throw new IllegalArgumentException("pool must not be blank; name the database, such as \"orders\"");
            }
            pool = name;
            return this;
        }

        /**
         * Sets how many names of transactions have meters of their own. Those that come first do; all others are {@code other}.
         *
         * @param names 1 to 10000; default 100; each has some ten meters
         * @return this builder
         * @throws IllegalArgumentException if it is out of that range
         */
        public Builder maxNames(int names) {
            maxNames = Bounded.requireLimit("maxNames", names);
            return this;
        }

        /**
         * Gives every timer buckets from which a server such as Prometheus makes percentiles; without it only the three
         * {@code db.client.connection} timers have some, nine each. That is about 70 time series more for each timer
         * and name.
         *
         * @return this builder
         */
        public Builder histograms() {
            histograms = true;
            return this;
        }

        /**
         * Makes the metrics, and registers what can be shown without sessions.
         *
         * @return metrics; close them to take them out of the registry
         * @throws IllegalStateException if the registry has meters of a pool of that name
         */
        public SessionMetrics build() {
            return new SessionMetrics(this);
        }
    }
}
