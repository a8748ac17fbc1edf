package org.reactivesessions.benchmarks;

import org.reactivesessions.testkit.server.TestDatabase;

/**
 * A way to a database.
 *
 * @param database where it leads
 * @param host host of the server, or of what stands before it
 * @param port TCP port there
 */
record Endpoint(TestDatabase database, String host, int port) {

    /** The R2DBC URL of this way, with user and password. */
    String r2dbcUrl() {
        return database.r2dbcUrl(host, port);
    }

    /** The JDBC URL of this way, without user and password. */
    String jdbcUrl() {
        return "jdbc:postgresql://" + host + ":" + port + "/" + database.database();
    }
}
