package org.reactivesessions.quickstart;

import java.sql.Connection;
import java.sql.SQLException;
import org.reactivesessions.testkit.server.PostgresServer;
import org.reactivesessions.testkit.server.TestDatabase;

/** A server that runs but cannot be stopped, as one that {@code RS_TEST_URL} names. Thread-safe. */
final class ForeignServer implements PostgresServer {

    private final PostgresServer real;

    ForeignServer(PostgresServer real) {
        this.real = real;
    }

    @Override
    public String host() {
        return real.host();
    }

    @Override
    public int port() {
        return real.port();
    }

    @Override
    public String username() {
        return real.username();
    }

    @Override
    public String password() {
        return real.password();
    }

    @Override
    public TestDatabase freshDatabase(String template) {
        return real.freshDatabase(template);
    }

    @Override
    public Connection openJdbc() throws SQLException {
        return real.openJdbc();
    }
}
