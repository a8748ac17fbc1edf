package org.reactivesessions.testkit.server;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The settings an embedded server starts with: defaults for tests, and the caller's, which win.
 *
 * <p>Immutable and therefore thread-safe. Values are quoted, because they reach the server through a shell.
 */
final class ServerSettings {

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.]*");
    private static final Map<String, String> DEFAULTS = Map.of(
            "max_connections", "200",
            "synchronous_commit", "on",
            "timezone", "UTC",
            // A standby asks for its primary again after so long; it does not grow, and 5 s is long for a test.
            "wal_retrieve_retry_interval", "100ms");
    /** Nobody but this machine gets in, and not through a socket file either. */
    private static final Map<String, String> FIXED =
            Map.of("listen_addresses", ServerProcess.HOST, "unix_socket_directories", "");

    private final Map<String, String> values = new LinkedHashMap<>(DEFAULTS);

    ServerSettings(Map<String, String> settings) {
        settings.forEach((name, value) -> {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException(
                        "a server setting has a name such as 'work_mem', but this one is '" + name + "'");
            }
            if (FIXED.containsKey(name)) {
                throw new IllegalArgumentException("the setting " + name
                        + " is fixed, because an embedded server listens on the loopback address only");
            }
            values.put(name, value);
        });
        values.putAll(FIXED);
    }

    /** The settings by name, each value quoted for a shell. */
    Map<String, String> quoted() {
        Map<String, String> quoted = new LinkedHashMap<>();
        values.forEach((name, value) -> quoted.put(name, quote(value)));
        return quoted;
    }

    private static String quote(String value) {
        return value.matches("[A-Za-z0-9_.:/+-]*") ? value : "'" + value.replace("'", "'\\''") + "'";
    }
}
