package org.reactivesessions.testkit.server;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The way to one database: where it is, who logs in, and the same written as URLs.
 *
 * <p>Immutable and therefore thread-safe. {@link #toString()} carries no password.
 *
 * @param host host name or address, an IPv6 address without brackets
 * @param port TCP port
 * @param username role to log in with
 * @param password password of the role, empty for none
 * @param database database name
 */
record ServerAddress(String host, int port, String username, String password, String database) {

    /** Application name of every JDBC connection made here, by which a census leaves them out. */
    static final String APPLICATION_NAME = "reactive-sessions-testkit";

    private static final int CONNECT_TIMEOUT_SECONDS = 30;

    ServerAddress withDatabase(String other) {
        return new ServerAddress(host, port, username, password, other);
    }

    ServerAddress withEndpoint(String otherHost, int otherPort) {
        return new ServerAddress(otherHost, otherPort, username, password, database);
    }

    /** URL with user, password, host, port and database, each percent-encoded. */
    String url(String scheme) {
        String userInfo = password.isEmpty() ? encode(username) : encode(username) + ":" + encode(password);
        return scheme + "://" + userInfo + "@" + hostAndPort() + "/" + encode(database);
    }

    String jdbcUrl() {
        String secret = password.isEmpty() ? "" : "&password=" + encode(password);
        return "jdbc:postgresql://" + hostAndPort() + "/" + encode(database) + "?user=" + encode(username) + secret;
    }

    Connection open() throws SQLException {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {host});
        source.setPortNumbers(new int[] {port});
        source.setDatabaseName(database);
        source.setApplicationName(APPLICATION_NAME);
        source.setConnectTimeout(CONNECT_TIMEOUT_SECONDS);
        source.setLoginTimeout(CONNECT_TIMEOUT_SECONDS);
        return source.getConnection(username, password);
    }

    private String hostAndPort() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public String toString() {
        return username + "@" + hostAndPort() + "/" + database;
    }
}
