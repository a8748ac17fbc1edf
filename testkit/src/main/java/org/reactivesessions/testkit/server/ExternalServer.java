package org.reactivesessions.testkit.server;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * A server somebody else runs, on which tests create their databases over JDBC.
 *
 * <p>Thread-safe. The server itself is neither started nor stopped.
 */
final class ExternalServer implements PostgresServer {

    private final ServerAddress address;
    private final DatabaseFactory factory;

    ExternalServer(ServerAddress address) {
        this.address = address;
        this.factory = new DatabaseFactory(address);
    }

    @Override
    public String host() {
        return address.host();
    }

    @Override
    public int port() {
        return address.port();
    }

    @Override
    public String username() {
        return address.username();
    }

    @Override
    public String password() {
        return address.password();
    }

    @Override
    public TestDatabase freshDatabase(String template) {
        return factory.create(template);
    }

    @Override
    public Connection openJdbc() throws SQLException {
        return factory.open();
    }

    @Override
    public String toString() {
        return "ExternalServer[" + address + "]";
    }
}
