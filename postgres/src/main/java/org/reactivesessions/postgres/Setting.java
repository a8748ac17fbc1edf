package org.reactivesessions.postgres;

import static org.reactivesessions.postgres.SettingNames.everywhere;
import static org.reactivesessions.postgres.SettingNames.notInUrl;
import static org.reactivesessions.postgres.SettingNames.ofAddress;

import java.util.function.BiConsumer;

/**
 * Everything that can be set outside of code: the one table behind environment, properties, the parameters of a URL, and
 * {@code docs/guide/configuration.md}. Each of them ends in a call of the builder, so there is one check of each value.
 *
 * <p>In the order in which they are applied: what sets several comes first.
 */
@SuppressWarnings("ImmutableEnumChecker") // names and steps are immutable, which their types cannot say
enum Setting {
    PRESET(
            notInUrl("preset").commonly("ENVIRONMENT"),
            ValueRule.preset(),
            PostgresSessions.Builder::preset,
            "none",
            "none",
            "nothing is guessed; the figures are those of `PoolOptions.development()`, `.testing()` and `.production()`"),
    URL(
            notInUrl("url"),
            ValueRule.text("`postgres://`, `postgresql://` or `r2dbc:postgresql://`"),
            PostgresSessions.Builder::url,
            "none",
            "none",
            "one variable carries the address on most platforms"),
    HOST(
            ofAddress("host", "PGHOST"),
            ValueRule.text("a name or an address, or several with commas between them, each with or without a port"),
            PostgresSessions.Builder::hostList,
            "localhost",
            "a Unix socket (libpq)",
            "the driver's sockets need a native transport; for several see [Several hosts](failover.md)"),
    TARGET(
            everywhere("target").commonly("PGTARGETSESSIONATTRS").orInUrl("target_session_attrs"),
            ValueRule.target(),
            PostgresSessions.Builder::target,
            "primary if there are several hosts",
            "any (libpq)",
            "which of the hosts connections may lead to; `read-write` is libpq's word for what `primary` is here"),
    PORT(
            ofAddress("port", "PGPORT"),
            ValueRule.wholeNumber(1, 65_535),
            PostgresSessions.Builder::port,
            "5432",
            "5432",
            "the same"),
    DATABASE(
            ofAddress("database", "PGDATABASE"),
            ValueRule.text("a name"),
            PostgresSessions.Builder::database,
            "none",
            "the user's name (libpq)",
            "a wrong database is worse than an error"),
    USERNAME(
            ofAddress("username", "PGUSER"),
            ValueRule.text("a name"),
            PostgresSessions.Builder::username,
            "none",
            "the operating system's user (libpq)",
            "in a container that is root"),
    PASSWORD(
            ofAddress("password", "PGPASSWORD"),
            ValueRule.text("any text"),
            (builder, password) -> builder.password(password),
            "none",
            "none",
            "appears in no message, log or `toString`"),
    POOL_SIZE(
            everywhere("pool-size"),
            ValueRule.wholeNumber(1, Integer.MAX_VALUE),
            (builder, core) -> builder.size(core, 0),
            "10, of which none is kept",
            "5 (SQLAlchemy), 10 (r2dbc-pool, HikariCP)",
            "opened side by side at the first use and kept open; `health()` has one more"),
    MAX_OVERFLOW(
            everywhere("max-overflow"),
            ValueRule.wholeNumber(0, Integer.MAX_VALUE),
            PostgresSessions.Builder::overflow,
            "0",
            "10 (SQLAlchemy)",
            "so many more, opened when they are needed and closed after `pool-idle-timeout`; needs `pool-size`"),
    POOL_TIMEOUT(
            everywhere("pool-timeout"),
            ValueRule.time(600),
            (builder, time) -> builder.tunePool(pool -> pool.acquireTimeout(time)),
            "5s",
            "30s (SQLAlchemy, HikariCP), none (r2dbc-pool)",
            "a caller hears our error before a proxy's 30 s are over"),
    POOL_MAX_PENDING(
            everywhere("pool-max-pending"),
            ValueRule.wholeNumber(1, Integer.MAX_VALUE),
            (builder, waiting) -> builder.tunePool(pool -> pool.maxPending(waiting)),
            "10 per connection",
            "no limit (r2dbc-pool, HikariCP)",
            "who cannot be served in time is refused at once"),
    POOL_WAIT_TARGET(
            everywhere("pool-wait-target"),
            ValueRule.timeOrOff(600),
            (builder, target) ->
                    builder.tunePool(pool -> target.isZero() ? pool.noWaitTarget() : pool.waitTarget(target)),
            "off",
            "off (no pool sheds load)",
            "under overload whoever would wait longer is refused at once with `retryAfter()`, so that who is served has not"
                    + " waited in vain; see [Recovery](recovery.md#overload)"),
    POOL_RECONNECT_RATE(
            everywhere("pool-reconnect-rate"),
            ValueRule.wholeNumber(1, 1_000_000),
            (builder, perSecond) -> builder.tunePool(pool -> pool.reconnectRate(perSecond)),
            "10, or the most connections if that is more",
            "no limit (HikariCP, r2dbc-pool)",
            "after an outage so many connections are opened in a second, each at a random moment; see [Recovery](recovery.md)"),
    POOL_IDLE_TIMEOUT(
            everywhere("pool-idle-timeout"),
            ValueRule.time(86_400),
            (builder, time) -> builder.tunePool(pool -> pool.maxIdleTime(time)),
            "10m",
            "10m (HikariCP), 30m (r2dbc-pool)",
            "of connections beyond `pool-size`; those that are kept have no such limit"),
    POOL_RECYCLE(
            everywhere("pool-recycle"),
            ValueRule.time(86_400),
            (builder, time) -> builder.tunePool(pool -> pool.maxLifeTime(time)),
            "30m",
            "never (SQLAlchemy, r2dbc-pool), 30m (HikariCP)",
            "give or take a tenth, so that not all end at once; connections follow a database that has moved, and give back"
                    + " what a backend has gathered"),
    POOL_PRE_PING(
            everywhere("pool-pre-ping"),
            ValueRule.prePing(),
            (builder, window) -> builder.tunePool(pool -> pool.aliveWindow(window)),
            "true",
            "false (SQLAlchemy), a ping after 500ms (HikariCP)",
            "if the connection was silent for over a second, a transaction waits for BEGIN's answer before its function is called,"
                    + " which costs no round trip, and anything else for that to a `SELECT 1`; with `false` a dead connection"
                    + " fails whoever gets it"),
    POOL_VALIDATION_TIMEOUT(
            everywhere("pool-validation-timeout"),
            ValueRule.time(600),
            (builder, time) -> builder.tunePool(pool -> pool.validationTimeout(time)),
            "1s",
            "5s (HikariCP), none (SQLAlchemy, r2dbc-pool)",
            "how long a connection that was silent may take to answer before another one is taken; less than `pool-timeout`"),
    INSTANCES(
            everywhere("instances"),
            ValueRule.wholeNumber(1, Integer.MAX_VALUE),
            (builder, count) -> builder.tunePool(pool -> pool.instances(count)),
            "1",
            "none",
            "how many processes share the database; if all of them together could ask for more connections than it takes, a"
                    + " warning shows the sum"),
    POOL_RESET(
            everywhere("pool-reset"),
            ValueRule.reset(),
            PostgresSessions.Builder::reset,
            "when-dirty",
            "rollback only (SQLAlchemy, HikariCP, r2dbc-pool), DISCARD ALL (PgBouncer in session mode)",
            "a round trip only for whoever has changed the session; see [A clean connection](hygiene.md)"),
    CONNECT_TIMEOUT(
            everywhere("connect-timeout").commonly("PGCONNECT_TIMEOUT").orInUrl("connectTimeout"),
            ValueRule.time(600),
            (builder, time) -> builder.tunePool(pool -> pool.createTimeout(time)),
            "2500ms",
            "none (libpq), 10s (pgjdbc)",
            "for the whole log-in, TCP has four fifths of it; at most `pool-timeout`, which leaves time for a second try"),
    STATEMENT_TIMEOUT(
            everywhere("statement-timeout").orInUrl("statementTimeout"),
            ValueRule.time(600),
            PostgresSessions.Builder::statementTimeout,
            "the server's",
            "none (PostgreSQL)",
            "it also ends a COMMIT with slow deferred triggers, so it is not set for you; an option of a transaction comes"
                    + " before it"),
    LOCK_TIMEOUT(
            everywhere("lock-timeout").orInUrl("lockTimeout", "lockWaitTimeout"),
            ValueRule.time(600),
            PostgresSessions.Builder::lockTimeout,
            "the server's",
            "none (PostgreSQL)",
            "an option of a transaction comes before it"),
    IDLE_IN_TRANSACTION_TIMEOUT(
            everywhere("idle-in-transaction-timeout"),
            ValueRule.time(86_400),
            PostgresSessions.Builder::idleInTransactionTimeout,
            "the server's",
            "none (PostgreSQL)",
            "it costs a slow function its transaction, so it is not set for you; an option of a transaction comes before it"),
    CLIENT_CHECK_INTERVAL(
            everywhere("client-check-interval"),
            ValueRule.timeOrOff(600),
            PostgresSessions.Builder::clientCheckInterval,
            "10s",
            "none (PostgreSQL)",
            "the server notices within that time that a process is gone whose statement still runs, and lets its locks go; `off`"
                    + " for servers on Windows"),
    TIME_ZONE(
            everywhere("time-zone").commonly("PGTZ"),
            ValueRule.timeZone(),
            PostgresSessions.Builder::timeZone,
            "UTC",
            "the process's (pgjdbc, r2dbc-postgresql)",
            "two machines must not disagree about what day it is"),
    SEARCH_PATH(
            everywhere("search-path").orInUrl("schema", "currentSchema"),
            ValueRule.text("names with commas between them"),
            PostgresSessions.Builder::searchPath,
            "the server's",
            "`\"$user\", public` (PostgreSQL)",
            "the role's own setting is not overruled unless you say so"),
    APPLICATION_NAME(
            everywhere("application-name").commonly("PGAPPNAME").orInUrl("applicationName"),
            ValueRule.text("1 to 63 printable characters of ASCII"),
            PostgresSessions.Builder::applicationName,
            "r2dbc-postgresql",
            "the driver's name",
            "the driver's; set it, so that `pg_stat_activity` says who it is"),
    SSLMODE(
            everywhere("sslmode").commonly("PGSSLMODE").orInUrl("sslMode"),
            ValueRule.sslMode(),
            PostgresSessions.Builder::sslMode,
            "verify-full, on this machine disable",
            "prefer (libpq, pgjdbc), disable (r2dbc-postgresql)",
            "`prefer` protects from nobody who can answer for the server; `localhost`, 127.0.0.0/8 and ::1 are this machine; a"
                    + " weaker one for another host is a warning, see [Security](security.md)"),
    INSECURE(
            everywhere("insecure"),
            ValueRule.yesOrNo(),
            PostgresSessions.Builder::insecure,
            "false",
            "none",
            "says that the server need not be made sure of: without `sslmode` nothing is encrypted, with one weaker than"
                    + " `verify-full` there is no warning; an error with `verify-full`"),
    SSLROOTCERT(
            everywhere("sslrootcert").commonly("PGSSLROOTCERT").orInUrl("sslRootCert"),
            ValueRule.file(),
            PostgresSessions.Builder::sslRootCert,
            "what the JVM trusts",
            "`~/.postgresql/root.crt` (libpq)",
            "PEM; for `verify-ca` and `verify-full` only, an error with another `sslmode`"),
    SSLCERT(
            everywhere("sslcert").commonly("PGSSLCERT").orInUrl("sslCert"),
            ValueRule.file(),
            PostgresSessions.Builder::sslCert,
            "`~/.postgresql/postgresql.crt` and `.pk8`, if both are there",
            "`~/.postgresql/postgresql.crt` (libpq)",
            "PEM; goes together with `sslkey`; the driver's default"),
    SSLKEY(
            everywhere("sslkey").commonly("PGSSLKEY").orInUrl("sslKey"),
            ValueRule.file(),
            PostgresSessions.Builder::sslKey,
            "see `sslcert`",
            "`~/.postgresql/postgresql.key` (libpq)",
            "PEM of a PKCS#8 key without a password of its own"),
    REQUIRE_AUTH(
            everywhere("require-auth").commonly("PGREQUIREAUTH").orInUrl("requireAuth"),
            ValueRule.authenticationMethods(),
            PostgresSessions.Builder::requireAuth,
            "none,scram-sha-256",
            "everything (libpq, pgjdbc, r2dbc-postgresql)",
            "how the server may have the user prove who he is; `none` is `trust` and `cert`; add `password` for tokens of a cloud"
                    + " provider, which are sent only to a server that was made sure of, see [Security](security.md)"),
    MAX_SCRAM_ITERATIONS(
            everywhere("max-scram-iterations"),
            ValueRule.wholeNumber(4_096, Integer.MAX_VALUE),
            PostgresSessions.Builder::maxScramIterations,
            "100000",
            "no limit (libpq, r2dbc-postgresql)",
            "the server says how often the password is hashed, on the event loop; PostgreSQL asks for 4096"),
    MAX_MESSAGE_SIZE(
            everywhere("max-message-size"),
            ValueRule.size(),
            PostgresSessions.Builder::maxMessageSize,
            "64MB",
            "2GB (r2dbc-postgresql), 1GB (libpq)",
            "a row is one message; a longer one costs the connection instead of the memory; 64kB to 1GB"),
    WATCH_END_AFTER(
            everywhere("watch-end-after"),
            ValueRule.timeOrOff(600),
            (builder, limit) -> builder.tuneWatch(watch -> limit.isZero() ? watch.neverEnd() : watch.endAfter(limit)),
            "off",
            "off (no pool ends what its users do)",
            "ends whoever waits for a connection, for BEGIN or in its function for longer, see"
                    + " [Who gets nowhere](observing.md#who-gets-nowhere); never a COMMIT"),
    ECHO(
            everywhere("echo").commonly("SQL_ECHO"),
            ValueRule.yesOrNo(),
            PostgresSessions.Builder::echo,
            "false",
            "false (SQLAlchemy)",
            "writes the text of every statement, without bound values, to the logger `org.reactivesessions.sql` at INFO instead of"
                    + " DEBUG; a warning together with the preset `production`"),
    ECHO_PARAMETERS(
            everywhere("echo-parameters"),
            ValueRule.yesOrNo(),
            PostgresSessions.Builder::echoParameters,
            "false",
            "true with echo (SQLAlchemy)",
            "dangerous: writes the values that are bound to statements behind their texts, so that whoever reads the log reads what"
                    + " is in the database; a warning together with the preset `production`"),
    SLOW_TRANSACTION(
            everywhere("slow-transaction"),
            ValueRule.timeOrOff(600),
            (builder, limit) ->
                    builder.tuneLogs(logs -> limit.isZero() ? logs.noSlowTransactions() : logs.slowTransaction(limit)),
            "2s",
            "none",
            "a warning of the logger `org.reactivesessions.slow` with where the time went; see [Seeing what goes on](observing.md)"),
    SLOW_STATEMENT(
            everywhere("slow-statement"),
            ValueRule.timeOrOff(600),
            (builder, limit) ->
                    builder.tuneLogs(logs -> limit.isZero() ? logs.noSlowStatements() : logs.slowStatement(limit)),
            "2s",
            "none (PostgreSQL's `log_min_duration_statement`)",
            "a warning of the same logger with the text of the statement, never its values"),
    PGBOUNCER(
            everywhere("pgbouncer"),
            ValueRule.yesOrNo(),
            (builder, present) -> builder.pgBouncer(present),
            "false, and found out",
            "false (Prisma)",
            "see [Behind PgBouncer](poolers.md)");

    private final SettingNames names;
    private final String rule;
    private final BiConsumer<PostgresSessions.Builder, Given> step;
    private final String byDefault;
    private final String elsewhere;
    private final String why;

    <T> Setting(
            SettingNames names,
            ValueRule<T> rule,
            BiConsumer<PostgresSessions.Builder, T> step,
            String byDefault,
            String elsewhere,
            String why) {
        this.names = names;
        this.rule = rule.words();
        this.step = (builder, given) -> step.accept(builder, rule.read(given.source(), given.text()));
        this.byDefault = byDefault;
        this.elsewhere = elsewhere;
        this.why = why;
    }

    /**
     * What somebody set.
     *
     * @param source the name under which, for messages
     * @param text as it was given
     */
    record Given(String source, String text) {

        /** Without the text, which may be a secret. */
        @Override
        public String toString() {
            return source;
        }
    }

    SettingNames names() {
        return names;
    }

    /** What a value must be, in words. */
    String rule() {
        return rule;
    }

    /** What holds if nobody sets it. */
    String byDefault() {
        return byDefault;
    }

    /** What holds elsewhere if nobody sets it. */
    String elsewhere() {
        return elsewhere;
    }

    /** Why ours is what it is, and what else there is to know. */
    String why() {
        return why;
    }

    /**
     * Reads a value and calls the builder with it.
     *
     * @throws IllegalArgumentException if the value breaks the rule, or the builder refuses it; the message begins with the name
     *     under which it was given
     */
    void apply(PostgresSessions.Builder builder, Given given) {
        try {
            step.accept(builder, given);
        } catch (IllegalArgumentException refused) {
            String message = String.valueOf(refused.getMessage());
            throw message.startsWith(given.source())
                    ? refused
                    : new IllegalArgumentException(given.source() + ": " + message, refused);
        }
    }
}
