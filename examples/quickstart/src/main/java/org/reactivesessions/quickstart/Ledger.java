package org.reactivesessions.quickstart;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.reactivesessions.testkit.server.TestDatabase;

/**
 * The witness: reads over plain JDBC what is on disk, and shares no code with what it watches. Every look is a connection of
 * its own, so that it survives a restart of the server. Thread-safe.
 */
final class Ledger {

    /** What the accounts hold. */
    record Balances(long alice, long bob) {

        Balances moved(long amount) {
            return new Balances(alice - amount, bob + amount);
        }

        long total() {
            return alice + bob;
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "alice %,d, bob %,d", alice, bob);
        }
    }

    /**
     * The transactions of two rows.
     *
     * @param whole the numbers of those with both rows
     * @param half how many have another number of rows
     */
    record Pairs(Set<Integer> whole, int half) {}

    private final TestDatabase database;

    private Ledger(TestDatabase database) {
        this.database = database;
    }

    static Ledger create(TestDatabase database) throws SQLException {
        try (Connection connection = database.openJdbc();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE account (name text PRIMARY KEY, balance bigint NOT NULL)");
            statement.execute("INSERT INTO account VALUES ('alice', 1000), ('bob', 1000)");
            statement.execute("CREATE TABLE entry (transaction integer NOT NULL, side text NOT NULL)");
        }
        return new Ledger(database);
    }

    String serverVersion() throws SQLException {
        try (Connection connection = database.openJdbc()) {
            return connection.getMetaData().getDatabaseProductVersion();
        }
    }

    Balances balances() throws SQLException {
        try (Connection connection = database.openJdbc();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT (SELECT balance FROM account WHERE name = 'alice'),"
                        + " (SELECT balance FROM account WHERE name = 'bob')")) {
            row.next();
            return new Balances(row.getLong(1), row.getLong(2));
        }
    }

    Pairs pairs() throws SQLException {
        Set<Integer> whole = new HashSet<>();
        int half = 0;
        try (Connection connection = database.openJdbc();
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT transaction, count(*) FROM entry GROUP BY transaction")) {
            while (row.next()) {
                if (row.getInt(2) == 2) {
                    whole.add(row.getInt(1));
                } else {
                    half++;
                }
            }
        }
        return new Pairs(whole, half);
    }
}
