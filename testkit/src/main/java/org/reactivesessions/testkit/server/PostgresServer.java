package org.reactivesessions.testkit.server;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * A PostgreSQL server that hands out fresh databases to tests.
 *
 * <p>Implementations are safe for use by several threads. A server is shared by the tests of a JVM; what a test owns is
 * the {@link TestDatabase} it asked for.
 *
 * @since 0.1.0
 */
public interface PostgresServer {

    /**
     * Host name or address.
     *
     * @return the host name or address the server listens on
     */
    String host();

    /**
     * TCP port.
     *
     * @return the TCP port the server listens on
     */
    int port();

    /**
     * Role that owns the fresh databases.
     *
     * @return the role tests log in with; a superuser on the embedded server
     */
    String username();

    /**
     * Password of that role.
     *
     * @return the password of {@link #username()}; empty if the role has none
     */
    String password();

    /**
     * Fresh database copied from {@code template1}.
     *
     * @return a new database, owned and to be closed by the caller
     * @throws IllegalStateException if the server cannot be reached or refuses
     */
    default TestDatabase freshDatabase() {
        return freshDatabase("template1");
    }

    /**
     * Fresh database copied from a template, which takes tens of milliseconds whatever the template holds.
     *
     * @param template name of the database to copy; nobody may be connected to it meanwhile
     * @return a new database, owned and to be closed by the caller
     * @throws IllegalStateException if the server cannot be reached or refuses
     */
    TestDatabase freshDatabase(String template);

    /**
     * Plain JDBC connection to the database the server keeps for administration.
     *
     * @return a connection in auto-commit mode, owned and to be closed by the caller
     * @throws SQLException if the server cannot be reached or refuses
     */
    Connection openJdbc() throws SQLException;
}
