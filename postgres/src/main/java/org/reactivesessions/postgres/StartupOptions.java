package org.reactivesessions.postgres;

import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.TimeZone;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a connection tells the server about itself when it is opened; the server goes back to it after {@code RESET}.
 * Immutable.
 *
 * @param applicationName what the server shows of it, or {@code null} for the driver's name
 * @param timeZone in which the server reads and writes times without a zone
 * @param searchPath where names without a schema are looked for, or {@code null} for what the server says
 * @param timeouts the limits the server keeps
 */
record StartupOptions(
        @Nullable String applicationName,
        ZoneId timeZone,
        @Nullable String searchPath,
        ServerTimeouts timeouts) {

    /** The server keeps 63 bytes, and replaces what is not printable ASCII. */
    private static final Pattern NAME = Pattern.compile("[ -~]{1,63}");

    static StartupOptions defaults() {
        return new StartupOptions(null, ZoneOffset.UTC, null, ServerTimeouts.defaults());
    }

    StartupOptions withApplicationName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("applicationName must be 1 to 63 printable characters of ASCII, but was "
                    + ShownValue.of(name) + "; the server would cut or change it");
        }
        return new StartupOptions(name, timeZone, searchPath, timeouts);
    }

    StartupOptions withTimeZone(ZoneId zone) {
        if (isUnknown(serverZone(zone), zone) || hasSeconds(zone)) {
            throw new IllegalArgumentException(
                    "timeZone must be a zone by its name, or an offset of whole minutes, but was "
                            + ShownValue.of(zone.getId()) + "; the driver would take it for GMT, or for another one");
        }
        return new StartupOptions(applicationName, zone, searchPath, timeouts);
    }

    StartupOptions withSearchPath(String schemas) {
        if (schemas.isBlank() || schemas.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "searchPath must be names of schemas with commas between them and no control"
                            + " characters, such as app,public, but was " + ShownValue.of(schemas));
        }
        return new StartupOptions(applicationName, timeZone, schemas, timeouts);
    }

    StartupOptions withTimeouts(ServerTimeouts limits) {
        return new StartupOptions(applicationName, timeZone, searchPath, limits);
    }

    /** What every server takes, and what is in front of it. */
    PostgresqlConnectionConfiguration.Builder applyTo(PostgresqlConnectionConfiguration.Builder driver) {
        if (applicationName != null) {
            driver.applicationName(applicationName);
        }
        return driver.timeZone(serverZone(timeZone));
    }

    /** The driver's kind of zone knows an offset by GMT, and none by UTC or UT. */
    private static TimeZone serverZone(ZoneId zone) {
        TimeZone named = TimeZone.getTimeZone(zone);
        return isUnknown(named, zone) ? TimeZone.getTimeZone(zone.normalized()) : named;
    }

    /** Some JDKs know such an offset and others take it for GMT; the driver knows none. */
    private static boolean hasSeconds(ZoneId zone) {
        return zone.normalized() instanceof ZoneOffset offset
                && offset.getTotalSeconds() % Duration.ofMinutes(1).toSeconds() != 0;
    }

    /** A zone of a name that is not known is GMT without a word. */
    private static boolean isUnknown(TimeZone found, ZoneId zone) {
        return found.getID().equals("GMT") && !zone.getRules().equals(ZoneOffset.UTC.getRules());
    }

    /**
     * What a server takes, and a pooler does not.
     *
     * @param further parameters that do not come from here
     */
    PostgresqlConnectionConfiguration.Builder applyToServer(
            PostgresqlConnectionConfiguration.Builder driver, Map<String, String> further) {
        Map<String, String> parameters = new HashMap<>(further);
        parameters.putAll(timeouts.parameters());
        return applyTo(driver).schema(searchPath).options(parameters);
    }

    /** What a pooler refuses, which knows an application name and not much else; {@code null} if there is nothing of it. */
    @Nullable
    String obstacleToPooler() {
        return timeouts.areDispensable() && searchPath == null
                ? null
                : "statementTimeout, lockTimeout, idleInTransactionTimeout, clientCheckInterval or searchPath: poolers refuse"
                        + " them when a connection is opened; use TransactionOptions, or ALTER ROLE … SET";
    }
}
