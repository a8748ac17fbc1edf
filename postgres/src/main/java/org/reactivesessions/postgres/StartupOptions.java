package org.reactivesessions.postgres;

import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a connection tells the server about itself when it is opened; the server goes back to it after {@code RESET}.
 * Immutable.
 *
 * @param applicationName what the server shows of it, or {@code null} for the driver's name
 * @param statementTimeout the limit for each statement, or {@code null} for the server's
 * @param lockTimeout the limit for waiting for a lock, or {@code null} for the server's
 * @param searchPath where names without a schema are looked for, or {@code null} for what the server says
 */
record StartupOptions(
        @Nullable String applicationName,
        @Nullable Duration statementTimeout,
        @Nullable Duration lockTimeout,
        @Nullable String searchPath) {

    /** The server keeps 63 bytes, and replaces what is not printable ASCII. */
    private static final Pattern NAME = Pattern.compile("[ -~]{1,63}");

    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofMillis(Integer.MAX_VALUE);

    static StartupOptions none() {
        return new StartupOptions(null, null, null, null);
    }

    StartupOptions withApplicationName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("applicationName must be 1 to 63 printable characters of ASCII, but was "
                    + ShownValue.of(name) + "; the server would cut or change it");
        }
        return new StartupOptions(name, statementTimeout, lockTimeout, searchPath);
    }

    StartupOptions withStatementTimeout(Duration limit) {
        return new StartupOptions(applicationName, requireTimeout("statementTimeout", limit), lockTimeout, searchPath);
    }

    StartupOptions withLockTimeout(Duration limit) {
        return new StartupOptions(applicationName, statementTimeout, requireTimeout("lockTimeout", limit), searchPath);
    }

    StartupOptions withSearchPath(String schemas) {
        if (schemas.isBlank() || schemas.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "searchPath must be names of schemas with commas between them and no control"
                            + " characters, such as app,public, but was " + ShownValue.of(schemas));
        }
        return new StartupOptions(applicationName, statementTimeout, lockTimeout, schemas);
    }

    /** A shorter one would be sent as 0, which the server takes for no limit. */
    private static Duration requireTimeout(String name, Duration limit) {
        if (limit.compareTo(SHORTEST) < 0 || limit.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    name + " must be 1 ms to " + LONGEST.toMillis() + " ms, but was " + limit);
        }
        return limit;
    }

    PostgresqlConnectionConfiguration.Builder applyTo(PostgresqlConnectionConfiguration.Builder driver) {
        if (applicationName != null) {
            driver.applicationName(applicationName);
        }
        if (statementTimeout != null) {
            driver.statementTimeout(statementTimeout);
        }
        if (lockTimeout != null) {
            driver.lockWaitTimeout(lockTimeout);
        }
        return driver.schema(searchPath);
    }

    /** What a pooler refuses, which knows an application name and not much else; {@code null} if there is nothing of it. */
    @Nullable
    String obstacleToPooler() {
        return statementTimeout == null && lockTimeout == null && searchPath == null
                ? null
                : "statementTimeout, lockTimeout or searchPath: poolers refuse them when a connection is opened; use"
                        + " TransactionOptions, or ALTER ROLE … SET";
    }
}
