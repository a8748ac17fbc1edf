package org.reactivesessions.orders.evidence;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.reactivesessions.testkit.server.PostgresServer;
import org.reactivesessions.testkit.server.TestServers;

/** Reads over plain JDBC what is on disk, and shares no code with what it watches. Thread-safe. */
public final class Witness {

    private final PostgresServer database;

    /** @param url of the service's database */
    Witness(String url) {
        this.database = TestServers.at(url);
    }

    /** A connection to it, to be closed by the caller. */
    public Connection open() throws SQLException {
        return database.openJdbc();
    }

    /** Orders of which there is one entry without the other, or whose entries are not of the same amount. */
    public long halfOrders() throws SQLException {
        return number(
                "SELECT count(*) FROM (SELECT FROM entry GROUP BY order_id HAVING count(*) <> 2 OR sum(amount) <> 0) AS half");
    }

    /** Orders of which there is anything. */
    public long orders() throws SQLException {
        return number("SELECT count(DISTINCT order_id) FROM entry");
    }

    /** Accounts whose balance is not what they began with and what their entries have changed. */
    public long unexplainedBalances() throws SQLException {
        return number("SELECT count(*) FROM account AS a WHERE balance <> opening"
                + " + (SELECT coalesce(sum(amount), 0) FROM entry WHERE account = a.id)");
    }

    /** By how much all balances together differ from what they began with. */
    public long madeOfNothing() throws SQLException {
        return number("SELECT sum(balance) - sum(opening) FROM account");
    }

    /** What is on an account. */
    public long balance(long account) throws SQLException {
        return number("SELECT balance FROM account WHERE id = " + account);
    }

    /** Sessions of the service that keep a transaction open, or wait for something in one. */
    public long openTransactions() throws SQLException {
        return number("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                + " AND application_name = 'webflux-orders' AND xact_start IS NOT NULL");
    }

    /** The orders with both entries. */
    Set<UUID> wholeOrders() throws SQLException {
        Set<UUID> whole = new HashSet<>();
        try (Connection connection = open();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT order_id FROM entry GROUP BY order_id HAVING count(*) = 2 AND sum(amount) = 0")) {
            while (row.next()) {
                whole.add(row.getObject(1, UUID.class));
            }
        }
        return whole;
    }

    /** What the server's processes have used for the sessions there are now, but for this one. They have to be on this machine. */
    Duration processorTime() throws SQLException {
        Duration used = Duration.ZERO;
        try (Connection connection = open();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT pid FROM pg_stat_activity"
                                + " WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()")) {
            while (row.next()) {
                long pid = row.getLong(1);
                used = used.plus(ProcessHandle.of(pid)
                        .flatMap(process -> process.info().totalCpuDuration())
                        .orElseThrow(() -> new IllegalStateException("the server's process " + pid
                                + " is not on this machine, or its processor time is not told")));
            }
        }
        return used;
    }

    private long number(String sql) throws SQLException {
        try (Connection connection = open();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }
}
