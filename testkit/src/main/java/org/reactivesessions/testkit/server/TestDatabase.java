package org.reactivesessions.testkit.server;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One fresh database and the ways to reach it.
 *
 * <p><b>Ownership:</b> whoever asked {@link PostgresServer#freshDatabase()} for it closes it, which drops it together
 * with whatever sessions are left in it. Thread-safe. {@link #toString()} carries no password.
 *
 * @since 0.1.0
 */
public final class TestDatabase implements AutoCloseable {

    private final ServerAddress address;
    private final DatabaseFactory factory;
    private final AtomicBoolean closed = new AtomicBoolean();

    TestDatabase(ServerAddress address, DatabaseFactory factory) {
        this.address = address;
        this.factory = factory;
    }

    /**
     * Host name or address of the server.
     *
     * @return the host name or address of the server
     */
    public String host() {
        return address.host();
    }

    /**
     * TCP port of the server.
     *
     * @return the TCP port of the server
     */
    public int port() {
        return address.port();
    }

    /**
     * Name of this database.
     *
     * @return the name of this database
     */
    public String database() {
        return address.database();
    }

    /**
     * Role to log in with.
     *
     * @return the role that owns this database
     */
    public String username() {
        return address.username();
    }

    /**
     * Password of that role.
     *
     * @return the password of {@link #username()}; empty if the role has none
     */
    public String password() {
        return address.password();
    }

    /**
     * R2DBC URL with user and password.
     *
     * @return {@code r2dbc:postgresql://user:password@host:port/database}
     */
    public String r2dbcUrl() {
        return address.url("r2dbc:postgresql");
    }

    /**
     * R2DBC URL that reaches this database by another way, such as a proxy.
     *
     * @param host host of the other way
     * @param port TCP port of the other way
     * @return the same as {@link #r2dbcUrl()} with the given host and port
     */
    public String r2dbcUrl(String host, int port) {
        return address.withEndpoint(host, port).url("r2dbc:postgresql");
    }

    /**
     * Connection URI as the PostgreSQL tools read it, with user and password.
     *
     * @return {@code postgresql://user:password@host:port/database}
     */
    public String url() {
        return address.url("postgresql");
    }

    /**
     * JDBC URL with user and password.
     *
     * @return {@code jdbc:postgresql://host:port/database?user=...&password=...}
     */
    public String jdbcUrl() {
        return address.jdbcUrl();
    }

    /**
     * Plain JDBC connection to this database, a witness that shares no code with what is tested.
     *
     * @return a connection in auto-commit mode, owned and to be closed by the caller
     * @throws SQLException if the server cannot be reached or refuses
     */
    public Connection openJdbc() throws SQLException {
        return address.open();
    }

    /** A connection beside this database, which also works while the database itself refuses connections. */
    Connection openBeside() throws SQLException {
        return factory.open();
    }

    /**
     * Drops the database and ends the sessions left in it; a second call does nothing.
     *
     * @throws IllegalStateException if the server cannot be reached or refuses
     */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            factory.drop(database());
        }
    }

    @Override
    public String toString() {
        return "TestDatabase[" + address + "]";
    }
}
