package org.reactivesessions.postgres;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Where a database is and who connects. Immutable; {@code toString} and all messages are without the password. */
record Address(
        String host,
        int port,
        @Nullable String database,
        @Nullable String username,
        @Nullable CharSequence password) {

    private static final int DEFAULT_PORT = 5432;
    private static final String FORM = "r2dbc:postgresql://user:password@host:port/database (or postgresql://…)";

    static Address local() {
        return new Address("localhost", DEFAULT_PORT, null, null, null);
    }

    /**
     * Reads a URL. The parser's own error text is dropped, because it repeats its input, password included.
     *
     * @throws IllegalArgumentException if it is malformed
     */
    static Address parse(String url) {
        String plain = url.startsWith("r2dbc:") ? url.substring("r2dbc:".length()) : url;
        if (!plain.startsWith("postgresql://")) {
            throw malformed("its scheme is not postgresql");
        }
        URI uri;
        try {
            uri = new URI(plain);
        } catch (URISyntaxException unreadable) {
            throw malformed("it is not a URI; percent-encode special characters in user and password");
        }
        if (uri.getHost() == null) {
            throw malformed("it names no host");
        }
        if (uri.getRawQuery() != null) {
            throw malformed(
                    "options in the query string are not supported; make the driver's connection factory and use"
                            + " ReactiveSessions.builder(connectionFactory)");
        }
        String path = uri.getRawPath();
        String database = path == null || path.length() < 2 ? null : decode(path.substring(1));
        String user = uri.getRawUserInfo();
        int colon = user == null ? -1 : user.indexOf(':');
        Address address = new Address(
                uri.getHost(),
                DEFAULT_PORT,
                database,
                user == null ? null : decode(colon < 0 ? user : user.substring(0, colon)),
                user == null || colon < 0 ? null : decode(user.substring(colon + 1)));
        return uri.getPort() < 0 ? address : address.withPort(uri.getPort());
    }

    private static String decode(String encoded) {
        return URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static IllegalArgumentException malformed(String why) {
        return new IllegalArgumentException("url must have the form " + FORM + ", but " + why + ".");
    }

    Address withHost(String newHost) {
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

    /** A NUL would end the startup parameter early and begin another one. */
    private static String requireText(String name, String value) {
        if (value.isBlank() || value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(name + " must be text without NUL, but was \"" + value + "\"");
        }
        return value;
    }

    @Override
    public String toString() {
        return "postgresql://" + username + "@" + host + ":" + port + "/" + database;
    }
}
