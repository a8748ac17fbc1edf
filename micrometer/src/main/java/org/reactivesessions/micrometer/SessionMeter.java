package org.reactivesessions.micrometer;

import java.util.List;

/** Every meter there is, with what a page about them has to say. Immutable. */
enum SessionMeter {
    ACQUIRE(
            "reactive.sessions.acquire",
            Type.TIMER,
            Tags.NAMED,
            "what runs waited for a connection, sessions without a transaction and connections that were lent among them;"
                    + " of each attempt that got one"),
    BEGIN(
            "reactive.sessions.begin",
            Type.TIMER,
            Tags.NAMED,
            "until BEGIN was answered; of each attempt that got a connection"),
    HOLD(
            "reactive.sessions.hold",
            Type.TIMER,
            Tags.NAMED,
            "a connection was held; of each attempt that got one, as for `reactive.sessions.acquire`"),
    COMMIT(
            "reactive.sessions.commit",
            Type.TIMER,
            Tags.NAMED,
            "from COMMIT until the connection was given back; of each transaction that committed"),
    ROLLBACK(
            "reactive.sessions.rollback",
            Type.TIMER,
            Tags.NAMED,
            "from the decision until the connection was given back or closed; of each attempt that was rolled back"),
    TRANSACTIONS(
            "reactive.sessions.transactions",
            Type.COUNTER,
            List.of(Tags.POOL, Tags.NAME, Tags.OUTCOME),
            "transactions that have ended, once each, however many attempts they took; `outcome` is `committed`,"
                    + " `rolled_back`, `not_started` or `in_doubt`"),
    RETRIES(
            "reactive.sessions.retries",
            Type.COUNTER,
            Tags.NAMED,
            "attempts of a transaction that another one followed"),
    CONNECT_RETRIES(
            "reactive.sessions.connect.retries",
            Type.COUNTER,
            Tags.PER_POOL,
            "further attempts to get a connection after one that failed"),
    CANCELS(
            "reactive.sessions.cancels",
            Type.COUNTER,
            Tags.PER_PHASE,
            "attempts whose subscriber had left before their end, by the phase in which that was decided; not a cancel"
                    + " in the pause between two attempts"),
    TIMEOUTS(
            "reactive.sessions.timeouts",
            Type.COUNTER,
            Tags.PER_PHASE,
            "transactions whose `timeout(…)` was over, by the phase in which it was"),
    FAILURES(
            "reactive.sessions.failures",
            Type.COUNTER,
            List.of(Tags.POOL, Tags.ERROR),
            "transactions that ended with an error, by the class of its SQLSTATE, such as `40`, or the simple name of its"
                    + " Java class"),
    IN_DOUBT(
            "reactive.sessions.in.doubt",
            Type.COUNTER,
            Tags.PER_POOL,
            "transactions of which nobody knows whether they committed, whatever was done to find out"),
    RESOLVED(
            "reactive.sessions.resolved",
            Type.TIMER,
            List.of(Tags.POOL, Tags.OUTCOME),
            "the database was asked after a transaction in doubt; `outcome` is what it said, `in_doubt` if nothing in time"),
    HOOKS(
            "reactive.sessions.hooks",
            Type.TIMER,
            List.of(Tags.POOL, Tags.MOMENT, Tags.RESULT),
            "the hooks of a transaction took; `moment` is `before_commit`, `after_commit` or `after_rollback`, `result`"
                    + " `ok` or `failed`"),
    SUSPECTED(
            "reactive.sessions.suspected",
            Type.COUNTER,
            Tags.PER_PHASE,
            "whoever was named for getting nowhere (`watch`), which may be a leak"),
    USED_AFTER_END(
            "reactive.sessions.used.after.end", Type.COUNTER, Tags.PER_POOL, "uses of a session whose scope had ended"),
    CONNECT_REFUSED(
            "reactive.sessions.connect.refused",
            Type.TIMER,
            Tags.PER_POOL,
            "until it was known that a connection could not be opened"),
    CLOSED(
            "reactive.sessions.connections.closed",
            Type.COUNTER,
            List.of(Tags.POOL, Tags.REASON),
            "connections that the pool has closed; `reason` is `idle`, `aged`, `lost`, `distrusted`, `uncertain` or `closed`"),
    CIRCUIT(
            "reactive.sessions.circuit.state",
            Type.GAUGE,
            List.of(Tags.POOL, Tags.STATE),
            "1 for the state of the circuit breaker, 0 for the others: `closed`, `open`, `half_open`, `forced_open`,"
                    + " `disabled`, `metrics_only`; `closed` until a change is heard of"),
    SHED(
            "reactive.sessions.shed",
            Type.COUNTER,
            Tags.PER_POOL,
            "scopes that were refused because they would have waited too long (`waitTarget`)"),
    POOL_ACQUIRED("r2dbc.pool.acquired", Type.CONNECTIONS, Tags.OF_BOOT, "connections in use, clean-up included"),
    POOL_ALLOCATED("r2dbc.pool.allocated", Type.CONNECTIONS, Tags.OF_BOOT, "connections that are open, in use or idle"),
    POOL_IDLE("r2dbc.pool.idle", Type.CONNECTIONS, Tags.OF_BOOT, "connections that wait to be used"),
    POOL_PENDING("r2dbc.pool.pending", Type.CONNECTIONS, Tags.OF_BOOT, "scopes that wait for a connection"),
    POOL_MAX_ALLOCATED(
            "r2dbc.pool.max.allocated",
            Type.CONNECTIONS,
            Tags.OF_BOOT,
            "the most connections there may be (`maxSize`)"),
    POOL_MAX_PENDING(
            "r2dbc.pool.max.pending",
            Type.CONNECTIONS,
            Tags.OF_BOOT,
            "the most scopes that may wait for a connection (`maxPending`)"),
    COUNT(
            "db.client.connection.count",
            Type.GAUGE,
            List.of(Tags.POOL_OF_OTEL, Tags.STATE_OF_OTEL),
            "connections by state, `used` or `idle`"),
    IDLE_MIN("db.client.connection.idle.min", Type.GAUGE, Tags.OF_OTEL, "connections that are kept open (`coreSize`)"),
    MAX("db.client.connection.max", Type.GAUGE, Tags.OF_OTEL, "the most connections there may be (`maxSize`)"),
    PENDING_REQUESTS(
            "db.client.connection.pending_requests", Type.GAUGE, Tags.OF_OTEL, "scopes that wait for a connection"),
    CONNECTION_TIMEOUTS(
            "db.client.connection.timeouts",
            Type.COUNTER,
            Tags.OF_OTEL,
            "scopes that have got no connection in time (`acquireTimeout`)"),
    CREATE_TIME(
            "db.client.connection.create_time",
            Type.HISTOGRAM,
            Tags.OF_OTEL,
            "to open a connection and prepare it; its count is the connections opened"),
    WAIT_TIME(
            "db.client.connection.wait_time",
            Type.HISTOGRAM,
            Tags.OF_OTEL,
            "`reactive.sessions.acquire` of all names together"),
    USE_TIME(
            "db.client.connection.use_time",
            Type.HISTOGRAM,
            Tags.OF_OTEL,
            "`reactive.sessions.hold` of all names together");

    /** What kind of meter. */
    enum Type {
        TIMER("timer"),
        /** With buckets, whatever is set. */
        HISTOGRAM("timer with buckets"),
        COUNTER("counter"),
        GAUGE("gauge"),
        /** In Spring Boot's unit, which some registries make a part of the name. */
        CONNECTIONS("gauge");

        private final String word;

        Type(String word) {
            this.word = word;
        }

        @Override
        public String toString() {
            return word;
        }
    }

    /** The names of tags. */
    static final class Tags {

        static final String POOL = "pool";
        static final String NAME = "name";
        static final String OUTCOME = "outcome";
        static final String PHASE = "phase";
        static final String ERROR = "error";
        static final String MOMENT = "moment";
        static final String RESULT = "result";
        static final String REASON = "reason";
        static final String STATE = "state";
        static final String POOL_OF_OTEL = "db.client.connection.pool.name";
        static final String STATE_OF_OTEL = "db.client.connection.state";

        static final List<String> NAMED = List.of(POOL, NAME);
        static final List<String> PER_POOL = List.of(POOL);
        static final List<String> PER_PHASE = List.of(POOL, PHASE);
        /** Another label on one of these would be an error where Boot has some as well. */
        static final List<String> OF_BOOT = List.of(NAME);

        static final List<String> OF_OTEL = List.of(POOL_OF_OTEL);

        private Tags() {}
    }

    private final String meter;
    private final Type type;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<String> tags;

    private final String description;

    SessionMeter(String meter, Type type, List<String> tags, String description) {
        this.meter = meter;
        this.type = type;
        this.tags = tags;
        this.description = description;
    }

    /** What it is called. */
    String meter() {
        return meter;
    }

    Type type() {
        return type;
    }

    /** The names of its tags, of which the first is that of the pool. */
    List<String> tags() {
        return tags;
    }

    /** What it measures or counts, of a timer how long what took. */
    String description() {
        return description;
    }
}
