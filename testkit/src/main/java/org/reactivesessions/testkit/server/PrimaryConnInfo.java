package org.reactivesessions.testkit.server;

/**
 * The line of a standby's configuration file that names its primary, with user and password.
 *
 * <p>Two syntaxes lie in each other here: that of connection strings, and around it that of the file. Stateless and
 * therefore thread-safe.
 */
final class PrimaryConnInfo {

    private PrimaryConnInfo() {}

    static String line(ServerAddress primary) {
        return "primary_conninfo = " + quoteInFile(value(primary));
    }

    static String value(ServerAddress primary) {
        return "host=" + quoteInConnInfo(primary.host())
                + " port=" + primary.port()
                + " user=" + quoteInConnInfo(primary.username())
                + " password=" + quoteInConnInfo(primary.password());
    }

    private static String quoteInConnInfo(String value) {
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    private static String quoteInFile(String value) {
        return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'";
    }
}
