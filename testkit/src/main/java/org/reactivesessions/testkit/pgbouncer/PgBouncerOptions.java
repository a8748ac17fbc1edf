package org.reactivesessions.testkit.pgbouncer;

import java.nio.file.Path;

/**
 * What a {@link PgBouncerProcess} is told: where the database is, and how many connections it may have; everything else is as
 * after installation, in transaction mode. Immutable. {@link #toString()} carries no password.
 *
 * @since 0.1.0
 */
public final class PgBouncerOptions {

    private final String server;
    private final String database;
    private final String username;
    private final String password;
    private final int serverConnections;
    private final int clients;
    private final String ignored;

    private PgBouncerOptions(
            String server,
            String database,
            String username,
            String password,
            int serverConnections,
            int clients,
            String ignored) {
        this.server = server;
        this.database = database;
        this.username = username;
        this.password = password;
        this.serverConnections = serverConnections;
        this.clients = clients;
        this.ignored = ignored;
    }

    /**
     * Begins with a database.
     *
     * @param host host of the server
     * @param port TCP port of the server
     * @param database name of the database
     * @param username whom clients log in as, and PgBouncer to the server
     * @param password the password of both
     * @return options with 20 server connections, 100 clients and no start-up parameter ignored, which is PgBouncer's default
     */
    public static PgBouncerOptions before(String host, int port, String database, String username, String password) {
        return new PgBouncerOptions(" host=" + host + " port=" + port, database, username, password, 20, 100, "");
    }

    /**
     * Sets {@code default_pool_size}.
     *
     * @param most how many connections to the server there may be
     * @return a copy with that limit
     */
    public PgBouncerOptions serverConnections(int most) {
        return new PgBouncerOptions(server, database, username, password, most, clients, ignored);
    }

    /**
     * Sets {@code max_client_conn}.
     *
     * @param most how many clients may be connected
     * @return a copy with that limit
     */
    public PgBouncerOptions clients(int most) {
        return new PgBouncerOptions(server, database, username, password, serverConnections, most, ignored);
    }

    /**
     * Sets {@code ignore_startup_parameters}.
     *
     * @param parameters names with commas between them
     * @return a copy that ignores these
     */
    public PgBouncerOptions ignoring(String parameters) {
        return new PgBouncerOptions(server, database, username, password, serverConnections, clients, parameters);
    }

    /** The file of users. */
    String users() {
        return "\"" + username + "\" \"" + password + "\"\n";
    }

    /** The file of settings. */
    String settings(String listenAddress, int listenPort, Path users) {
        return String.join(
                "\n",
                "[databases]",
                database + " =" + server,
                "[pgbouncer]",
                "listen_addr = " + listenAddress,
                "listen_port = " + listenPort,
                "unix_socket_dir =",
                "auth_type = scram-sha-256",
                "auth_file = " + users,
                "pool_mode = transaction",
                "default_pool_size = " + serverConnections,
                "max_client_conn = " + clients,
                "ignore_startup_parameters = " + ignored,
                "");
    }

    @Override
    public String toString() {
        return "PgBouncerOptions[" + database + server + ", default_pool_size=" + serverConnections
                + ", max_client_conn=" + clients + "]";
    }
}
