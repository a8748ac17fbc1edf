package org.reactivesessions.proof.contestant;

/**
 * Where the database is to be found.
 *
 * @param host of the proxy
 * @param port of the proxy
 */
public record Target(String host, int port, String database, String username, String password) {

    /** The address of a database for R2DBC, password included. */
    public String r2dbcUrl() {
        return "r2dbc:postgresql://" + username + ":" + password + "@" + host + ":" + port + "/" + database;
    }

    @Override
    public String toString() {
        return "Target[" + host + ":" + port + "/" + database + "]";
    }
}
