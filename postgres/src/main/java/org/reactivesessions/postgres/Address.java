package org.reactivesessions.postgres;

import org.jspecify.annotations.Nullable;

/** Where a database is and who connects. Immutable; {@code toString} and all messages are without the password. */
record Address(
        String host,
        int port,
        @Nullable String database,
        @Nullable String username,
        @Nullable CharSequence password) {

    private static final int DEFAULT_PORT = 5432;

    static Address local() {
        return new Address("localhost", DEFAULT_PORT, null, null, null);
    }

    Address withHost(String newHost) {
        if (newHost.indexOf('/') >= 0 || newHost.indexOf(',') >= 0 || newHost.indexOf('@') >= 0) {
            throw new IllegalArgumentException("host must be one name or address, but was " + ShownValue.of(newHost)
                    + "; for Unix sockets and several hosts make the driver's connection factory and use"
                    + " ReactiveSessions.builder(connectionFactory)");
        }
        return new Address(requireText("host", newHost), port, database, username, password);
    }

    Address withPort(int newPort) {
        if (newPort < 1 || newPort > 65_535) {
            throw new IllegalArgumentException("port must be 1 to 65535, but was " + newPort);
        }
        return new Address(host, newPort, database, username, password);
    }

    Address withDatabase(String newDatabase) {
        return new Address(host, port, requireText("database", newDatabase), username, password);
    }

    Address withUsername(String newUsername) {
        return new Address(host, port, database, requireText("username", newUsername), password);
    }

    Address withPassword(CharSequence newPassword) {
        return new Address(host, port, database, username, newPassword);
    }

    /** A NUL would end the startup parameter early and begin another one; the others would forge lines of a log. */
    private static String requireText(String name, String value) {
        if (value.isBlank() || value.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    name + " must be text without control characters, but was " + ShownValue.of(value));
        }
        return value;
    }

    @Override
    public String toString() {
        return "postgresql://" + username + "@" + host + ":" + port + "/" + database;
    }
}
