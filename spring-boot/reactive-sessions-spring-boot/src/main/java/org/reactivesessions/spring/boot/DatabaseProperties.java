package org.reactivesessions.spring.boot;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.convert.DurationUnit;

/**
 * One database and the pool that is made for it: the settings of {@code PostgresSessions.fromProperties}, which checks them. A
 * time without a unit is seconds. Immutable; {@code toString} shows no value.
 *
 * @param preset Set of figures to begin with: dev, test or production
 * @param url Address of the database, such as postgresql://user@host/database; makes a pool of its own
 * @param host Host of the database, or several with commas between them
 * @param target Which of several hosts connections may lead to: primary, prefer-standby or any
 * @param port Port of the database
 * @param database Name of the database
 * @param username User
 * @param password Password of the user
 * @param poolSize Number of connections that are kept open
 * @param maxOverflow Number of connections there may be beyond pool-size
 * @param poolTimeout Time to wait for a connection
 * @param poolMaxPending Number of callers that may wait for a connection
 * @param poolWaitTarget Wait above which callers are refused under overload, or off
 * @param poolReconnectRate Number of connections that are opened in a second after an outage
 * @param poolIdleTimeout Time after which an idle connection beyond pool-size is closed
 * @param poolRecycle Age at which a connection is replaced
 * @param poolPrePing Whether a connection that was silent is asked before it is used
 * @param poolValidationTimeout Time the answer to that question may take
 * @param applicationInstances Number of processes that share the room of the database
 * @param poolReset When a connection is reset at the end of a scope: when-dirty, always, transaction-only or never-reuse
 * @param connectTimeout Time to open a connection
 * @param statementTimeout Limit of the server for every statement
 * @param lockTimeout Limit of the server for every wait for a lock
 * @param idleInTransactionTimeout Time without a statement after which the server ends a transaction
 * @param clientCheckInterval Interval in which the server looks whether its client is there, or off
 * @param timeZone Time zone of every connection
 * @param searchPath Schemas in which unqualified names are looked up, with commas between them
 * @param applicationName Name the server shows for the connections
 * @param sslmode How the server is made sure of, in libpq's words
 * @param insecure Whether the server need not be made sure of
 * @param sslrootcert File with the certificates that are trusted, PEM
 * @param sslcert File with the client's certificate, PEM
 * @param sslkey File with the client's key, PEM of PKCS#8
 * @param requireAuth How the server may have the user prove who he is, with commas between them
 * @param maxScramIterations Number of rounds of hashing a server may ask for
 * @param maxMessageSize Size of a message of the server above which its connection is closed, such as 64MB
 * @param watchEndAfter Time after which whoever gets nowhere is ended, or off
 * @param echo Whether the text of every statement is logged at INFO
 * @param echoParameters Whether bound values are logged as well
 * @param slowTransaction Time from which a transaction is logged as slow, or off
 * @param slowStatement Time from which a statement is logged as slow, or off
 * @param pgbouncer Whether there is a PgBouncer in front of the server
 * @since 0.1
 */
@ConfigurationProperties("reactive-sessions")
public record DatabaseProperties(
        @Nullable String preset,
        @Nullable String url,
        @Nullable String host,
        @Nullable String target,
        @Nullable Integer port,
        @Nullable String database,
        @Nullable String username,
        @Nullable String password,
        @Nullable Integer poolSize,
        @Nullable Integer maxOverflow,
        @DurationUnit(ChronoUnit.SECONDS) @Nullable Duration poolTimeout,
        @Nullable Integer poolMaxPending,
        @Nullable String poolWaitTarget,
        @Nullable Integer poolReconnectRate,
        @DurationUnit(ChronoUnit.SECONDS) @Nullable Duration poolIdleTimeout,
        @DurationUnit(ChronoUnit.SECONDS) @Nullable Duration poolRecycle,
        @Nullable Boolean poolPrePing,
        @DurationUnit(ChronoUnit.SECONDS) @Nullable Duration poolValidationTimeout,
        @Nullable Integer applicationInstances,
        @Nullable String poolReset,
        @DurationUnit(ChronoUnit.SECONDS) @Nullable Duration connectTimeout,
        @DurationUnit(ChronoUnit.SECONDS) @Nullable Duration statementTimeout,
        @DurationUnit(ChronoUnit.SECONDS) @Nullable Duration lockTimeout,
        @DurationUnit(ChronoUnit.SECONDS) @Nullable Duration idleInTransactionTimeout,
        @Nullable String clientCheckInterval,
        @Nullable String timeZone,
        @Nullable String searchPath,
        @Nullable String applicationName,
        @Nullable String sslmode,
        @Nullable Boolean insecure,
        @Nullable String sslrootcert,
        @Nullable String sslcert,
        @Nullable String sslkey,
        @Nullable String requireAuth,
        @Nullable Integer maxScramIterations,
        @Nullable String maxMessageSize,
        @Nullable String watchEndAfter,
        @Nullable Boolean echo,
        @Nullable Boolean echoParameters,
        @Nullable String slowTransaction,
        @Nullable String slowStatement,
        @Nullable Boolean pgbouncer) {

    /**
     * Tells whether a pool is to be made for it.
     *
     * @return whether there is an address
     */
    boolean hasAddress() {
        return url != null || host != null || database != null;
    }

    /** By the names the settings have everywhere. */
    Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        put(settings, "preset", preset);
        put(settings, "url", url);
        put(settings, "host", host);
        put(settings, "target", target);
        put(settings, "port", port);
        put(settings, "database", database);
        put(settings, "username", username);
        put(settings, "password", password);
        put(settings, "pool-size", poolSize);
        put(settings, "max-overflow", maxOverflow);
        put(settings, "pool-timeout", poolTimeout);
        put(settings, "pool-max-pending", poolMaxPending);
        put(settings, "pool-wait-target", poolWaitTarget);
        put(settings, "pool-reconnect-rate", poolReconnectRate);
        put(settings, "pool-idle-timeout", poolIdleTimeout);
        put(settings, "pool-recycle", poolRecycle);
        put(settings, "pool-pre-ping", poolPrePing);
        put(settings, "pool-validation-timeout", poolValidationTimeout);
        put(settings, "instances", applicationInstances);
        put(settings, "pool-reset", poolReset);
        put(settings, "connect-timeout", connectTimeout);
        put(settings, "statement-timeout", statementTimeout);
        put(settings, "lock-timeout", lockTimeout);
        put(settings, "idle-in-transaction-timeout", idleInTransactionTimeout);
        put(settings, "client-check-interval", clientCheckInterval);
        put(settings, "time-zone", timeZone);
        put(settings, "search-path", searchPath);
        put(settings, "application-name", applicationName);
        put(settings, "sslmode", sslmode);
        put(settings, "insecure", insecure);
        put(settings, "sslrootcert", sslrootcert);
        put(settings, "sslcert", sslcert);
        put(settings, "sslkey", sslkey);
        put(settings, "require-auth", requireAuth);
        put(settings, "max-scram-iterations", maxScramIterations);
        put(settings, "max-message-size", maxMessageSize);
        put(settings, "watch-end-after", watchEndAfter);
        put(settings, "echo", echo);
        put(settings, "echo-parameters", echoParameters);
        put(settings, "slow-transaction", slowTransaction);
        put(settings, "slow-statement", slowStatement);
        put(settings, "pgbouncer", pgbouncer);
        return settings;
    }

    private static void put(Map<String, String> settings, String name, @Nullable Object value) {
        if (value != null) {
            settings.put(name, value instanceof Duration time ? time.toMillis() + "ms" : value.toString());
        }
    }

    /** Without the values, among which is a password. */
    @Override
    public String toString() {
        return "DatabaseProperties" + settings().keySet();
    }
}
