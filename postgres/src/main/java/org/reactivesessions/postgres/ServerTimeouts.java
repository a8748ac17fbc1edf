package org.reactivesessions.postgres;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The times a server keeps for a connection that has told it so when it was opened; {@code null} leaves one to the server.
 * Immutable.
 *
 * @param statement the limit for each statement
 * @param lock the limit for waiting for a lock
 * @param idleInTransaction the limit for a transaction that sends nothing
 * @param clientCheck how often the server looks, while a statement runs, whether its client is still there
 */
record ServerTimeouts(
        @Nullable Duration statement,
        @Nullable Duration lock,
        @Nullable Duration idleInTransaction,
        @Nullable Duration clientCheck) {

    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofMillis(Integer.MAX_VALUE);
    private static final ServerTimeouts DEFAULTS = new ServerTimeouts(null, null, null, Duration.ofSeconds(10));

    static ServerTimeouts defaults() {
        return DEFAULTS;
    }

    ServerTimeouts withStatement(Duration limit) {
        return new ServerTimeouts(required("statementTimeout", limit), lock, idleInTransaction, clientCheck);
    }

    ServerTimeouts withLock(Duration limit) {
        return new ServerTimeouts(statement, required("lockTimeout", limit), idleInTransaction, clientCheck);
    }

    ServerTimeouts withIdleInTransaction(Duration limit) {
        return new ServerTimeouts(statement, lock, required("idleInTransactionTimeout", limit), clientCheck);
    }

    /** @param interval zero to leave it to the server */
    ServerTimeouts withClientCheck(Duration interval) {
        return new ServerTimeouts(
                statement,
                lock,
                idleInTransaction,
                interval.isZero() ? null : required("clientCheckInterval", interval));
    }

    /** Whether nobody has asked for anything that he would miss. */
    boolean areDispensable() {
        return statement == null
                && lock == null
                && idleInTransaction == null
                && (clientCheck == null || clientCheck.equals(DEFAULTS.clientCheck));
    }

    /** A shorter one would be sent as 0, which the server takes for no limit. */
    private static Duration required(String name, Duration time) {
        if (time.compareTo(SHORTEST) < 0 || time.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    name + " must be 1 ms to " + LONGEST.toMillis() + " ms, but was " + time);
        }
        return time;
    }

    /** By the names the server has for them, in milliseconds. */
    Map<String, String> parameters() {
        Map<String, String> parameters = new HashMap<>();
        put(parameters, "statement_timeout", statement);
        put(parameters, "lock_timeout", lock);
        put(parameters, "idle_in_transaction_session_timeout", idleInTransaction);
        put(parameters, "client_connection_check_interval", clientCheck);
        return parameters;
    }

    private static void put(Map<String, String> parameters, String name, @Nullable Duration time) {
        if (time != null) {
            parameters.put(name, String.valueOf(time.toMillis()));
        }
    }
}
