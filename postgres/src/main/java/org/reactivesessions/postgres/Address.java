package org.reactivesessions.postgres;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where a database is and who connects. Immutable; {@code toString} and all messages are without the password.
 *
 * @param hosts at least one, each in the form in which it was given
 * @param port of the hosts that name none
 * @param password {@code null} if there is none, or a source of passwords
 * @param passwords where a password for each connection comes from, or {@code null}
 */
record Address(
        List<Endpoint> hosts,
        int port,
        @Nullable String database,
        @Nullable String username,
        @Nullable CharSequence password,
        @Nullable PasswordSource passwords) {

    private static final int DEFAULT_PORT = 5432;

    static Address local() {
        return new Address(List.of(new Endpoint("localhost", 0)), DEFAULT_PORT, null, null, null, null);
    }

    Address withHost(String newHost) {
        if (newHost.indexOf('/') >= 0 || newHost.indexOf(',') >= 0 || newHost.indexOf('@') >= 0) {
            throw new IllegalArgumentException("host must be one name or address, but was " + ShownValue.of(newHost)
                    + "; for several hosts use hosts(…), and for Unix sockets make the driver's connection factory and use"
                    + " ReactiveSessions.builder(connectionFactory)");
        }
        String text = requireText("host", newHost);
        boolean bracketed = text.startsWith("[") && text.endsWith("]");
        return withHosts(List.of(new Endpoint(bracketed ? text.substring(1, text.length() - 1) : text, 0)));
    }

    /** Each a name or an address, with or without a port. */
    Address withHosts(String... newHosts) {
        if (newHosts.length == 0) {
            throw new IllegalArgumentException("hosts must be at least one");
        }
        List<Endpoint> all = Arrays.stream(newHosts).map(Endpoint::of).toList();
        if (all.stream().distinct().count() < all.size()) {
            throw new IllegalArgumentException("hosts must be different from each other, but were " + all);
        }
        return withHosts(all);
    }

    private Address withHosts(List<Endpoint> newHosts) {
        return new Address(newHosts, port, database, username, password, passwords);
    }

    Address withPort(int newPort) {
        if (newPort < 1 || newPort > 65_535) {
            throw new IllegalArgumentException("port must be 1 to 65535, but was " + newPort);
        }
        return new Address(hosts, newPort, database, username, password, passwords);
    }

    Address withDatabase(String newDatabase) {
        return new Address(hosts, port, requireText("database", newDatabase), username, password, passwords);
    }

    Address withUsername(String newUsername) {
        return new Address(hosts, port, database, requireText("username", newUsername), password, passwords);
    }

    Address withPassword(CharSequence newPassword) {
        return new Address(hosts, port, database, username, newPassword, null);
    }

    Address withPasswords(PasswordSource source) {
        return new Address(hosts, port, database, username, null, source);
    }

    /** Every host with its port. */
    List<Endpoint> endpoints() {
        return hosts.stream().map(host -> host.orAt(port)).toList();
    }

    /** The same database on one of its hosts. */
    Address at(Endpoint endpoint) {
        return new Address(
                List.of(new Endpoint(endpoint.host(), 0)), endpoint.port(), database, username, password, passwords);
    }

    /** The first host. */
    String host() {
        return hosts.get(0).host();
    }

    /** A NUL would end the startup parameter early and begin another one; the others would forge lines of a log. */
    private static String requireText(String name, String value) {
        if (value.isBlank() || value.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    name + " must be text without control characters, but was " + ShownValue.of(value));
        }
        return value;
    }

    /** Some have an @ in their names, and none a colon. */
    private @Nullable String shownUser() {
        return username == null || username.indexOf(':') < 0 ? username : ShownValue.plain("://");
    }

    @Override
    public String toString() {
        return "postgresql://" + shownUser() + "@"
                + endpoints().stream().map(Endpoint::toString).collect(Collectors.joining(",")) + "/"
                + ShownValue.plain(database);
    }
}
