package org.reactivesessions.micrometer;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.observation.SessionListener;
import org.reactivesessions.observation.TransactionObserver;
import reactor.util.context.ContextView;

/**
 * An observation of every transaction, from its subscription to its end, through all its attempts: a span, where traces are made
 * from observations.
 *
 * <pre>{@code
 * PostgresSessions.builder().url(url)
 *     .listener(SessionObservations.builder(registry).system("postgresql").build())
 *     .build();
 * }</pre>
 *
 * <p>Its parent is the observation in the subscriber's Reactor Context, under the key {@code micrometer.observation}, otherwise that
 * of the thread which subscribes. Function, hooks and clean-up see it in their Context under the same key, so that whatever makes
 * observations of statements makes them inside. It is stopped exactly once, after the clean-up, also after a cancel.
 *
 * <p>Events: {@code acquired} when an attempt has got its connection, with how long it waited, {@code attempted} at its end, and
 * {@code retry} if another one follows. A scope that is part of a transaction is no observation of its own.
 *
 * <p>No statement, value or message is in a key; the error itself is the observation's, and whoever handles that may record its
 * message.
 *
 * <p><strong>Threads:</strong> thread-safe; never blocks. No scope is opened, so no ThreadLocal is left behind.
 *
 * @since 0.1
 */
public final class SessionObservations implements SessionListener {

    /** Micrometer's key of the observation in a Context, {@code ObservationThreadLocalAccessor.KEY}. */
    static final String KEY = "micrometer.observation";

    private static final SessionObservationConvention BY_DEFAULT = new DefaultSessionObservationConvention();

    private final ObservationRegistry registry;
    private final @Nullable SessionObservationConvention convention;
    private final DatabaseDescription database;
    private final Bounded<String> names;

    private SessionObservations(Builder builder) {
        registry = builder.registry;
        convention = builder.convention;
        database = builder.database;
        names = new Bounded<>(builder.maxNames, UnaryOperator.identity());
    }

    /**
     * Makes observations with the defaults.
     *
     * @param registry handles them
     * @return a listener
     */
    public static SessionObservations of(ObservationRegistry registry) {
        return builder(registry).build();
    }

    /**
     * Makes observations.
     *
     * @param registry handles them
     * @return a builder
     */
    public static Builder builder(ObservationRegistry registry) {
        return new Builder(Objects.requireNonNull(registry, "registry must not be null"));
    }

    @Override
    public @Nullable TransactionObserver started(String name, ContextView context) {
        if (registry.isNoop()) {
            return null;
        }
        SessionObservationContext about = new SessionObservationContext(names.of(name), database);
        Observation observation = Observation.createNotStarted(convention, BY_DEFAULT, () -> about, registry);
        if (observation.isNoop()) { // somebody has a predicate against it
            return null;
        }
        Object parent = context.getOrDefault(KEY, null);
        if (parent instanceof Observation outer) {
            observation.parentObservation(outer);
        }
        observation.start();
        return new ObservedTransaction(observation, about);
    }

    /** The observation hears it. */
    @Override
    public void ended(String name, LifePhase phase, TransactionOutcome outcome, @Nullable Throwable error) {}

    @Override
    public String toString() {
        return "SessionObservations[" + database + "]";
    }

    /**
     * Makes {@link SessionObservations}. Not thread-safe.
     *
     * @since 0.1
     */
    public static final class Builder {

        private static final int MOST_PORTS = 65_535;

        private final ObservationRegistry registry;
        private @Nullable SessionObservationConvention convention;
        private DatabaseDescription database = new DatabaseDescription("other_sql", null, null, 0);
        private int maxNames = 100;

        private Builder(ObservationRegistry registry) {
            this.registry = registry;
        }

        /**
         * Sets the kind of database, {@code db.system.name}.
         *
         * @param name in OpenTelemetry's words, such as {@code postgresql}; default {@code other_sql}
         * @return this builder
         * @throws IllegalArgumentException if it is blank
         */
        public Builder system(String name) {
            database = new DatabaseDescription(
                    notBlank("system", name), database.namespace(), database.host(), database.port());
            return this;
        }

        /**
         * Sets the name of the database, {@code db.namespace}.
         *
         * @param name not blank; default: not known
         * @return this builder
         * @throws IllegalArgumentException if it is blank
         */
        public Builder namespace(String name) {
            database = new DatabaseDescription(
                    database.system(), notBlank("namespace", name), database.host(), database.port());
            return this;
        }

        /**
         * Sets where the database is, {@code server.address} and {@code server.port}.
         *
         * @param host not blank; default: not known
         * @param port 1 to 65535
         * @return this builder
         * @throws IllegalArgumentException if one cannot be one
         */
        public Builder server(String host, int port) {
            if (port < 1 || port > MOST_PORTS) {
                throw new IllegalArgumentException("server's port must be 1 to " + MOST_PORTS + ", but was " + port);
            }
            database = new DatabaseDescription(database.system(), database.namespace(), notBlank("server", host), port);
            return this;
        }

        /**
         * Sets the names, if no convention in the registry does.
         *
         * @param names default {@link DefaultSessionObservationConvention}; there is also
         *     {@link OpenTelemetrySessionObservationConvention}
         * @return this builder
         */
        public Builder convention(SessionObservationConvention names) {
            convention = Objects.requireNonNull(names, "convention must not be null");
            return this;
        }

        /**
         * Sets how many names of transactions are told apart. Those that come first are; all others are {@code other}.
         *
         * @param names 1 to 10000; default 100
         * @return this builder
         * @throws IllegalArgumentException if it is out of that range
         */
        public Builder maxNames(int names) {
            maxNames = Bounded.requireLimit("maxNames", names);
            return this;
        }

        /**
         * Makes the observations.
         *
         * @return a listener
         */
        public SessionObservations build() {
            return new SessionObservations(this);
        }

        private static String notBlank(String what, String value) {
            if (value.isBlank()) {
                throw new IllegalArgumentException(what + " must not be blank; leave it out if it is not known");
            }
            return value;
        }
    }
}
