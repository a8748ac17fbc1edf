package org.reactivesessions.postgres.soak;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.reactivesessions.testkit.server.TestDatabase;

/** Accounts, and what every operation has moved between two of them: past the sessions, by plain JDBC. Stateless. */
final class Ledger {

    static final int ACCOUNTS = 64;
    static final int BALANCE = 1000;
    static final int TOTAL = ACCOUNTS * BALANCE;

    private static final int PORTION = 10_000;
    private static final int SAMPLES = 10;

    /**
     * What was found.
     *
     * @param there operations that are in the ledger
     * @param half operations of which a part is there, or too much
     * @param lost operations that are not there and must be
     * @param undead operations that are there and must not be
     * @param unbalanced accounts whose balance is not what the ledger says
     * @param samples some of what is wrong
     */
    record Findings(long there, long half, long lost, long undead, long unbalanced, List<String> samples) {

        boolean isConsistent() {
            return half + lost + undead + unbalanced == 0;
        }
    }

    private Ledger() {}

    static void create(TestDatabase database) throws SQLException {
        try (Connection connection = database.openJdbc();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE TABLE account (id int PRIMARY KEY, balance bigint NOT NULL) WITH (fillfactor = 50)");
            statement.execute("INSERT INTO account SELECT id, " + BALANCE + " FROM generate_series(0, " + (ACCOUNTS - 1)
                    + ") AS id");
            statement.execute(
                    "CREATE TABLE ledger (operation int NOT NULL, account int NOT NULL, amount int NOT NULL)");
        }
    }

    /** Compares the ledger with what was told. */
    static Findings check(TestDatabase database, Journal journal) throws SQLException {
        try (Connection connection = database.openJdbc();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.setFetchSize(PORTION);
            List<String> samples = new ArrayList<>();
            long half = 0;
            long undead = 0;
            BitSet there = new BitSet(journal.size());
            try (ResultSet row = statement.executeQuery(
                    "SELECT operation, count(*), sum(amount) FROM ledger GROUP BY operation ORDER BY operation")) {
                while (row.next()) {
                    int operation = row.getInt(1);
                    there.set(operation);
                    if (row.getLong(2) != 2 || row.getLong(3) != 0) {
                        half++;
                        sample(
                                samples,
                                "operation " + operation + " has " + row.getLong(2) + " rows, sum " + row.getLong(3));
                    }
                    if (!journal.told(operation).allows(true)) {
                        undead++;
                        sample(
                                samples,
                                "operation " + operation + " is there, but was told " + journal.told(operation));
                    }
                }
            }
            long lost = 0;
            for (int operation = 0; operation < journal.size(); operation++) {
                if (!there.get(operation) && !journal.told(operation).allows(false)) {
                    lost++;
                    sample(samples, "operation " + operation + " is absent, but was told " + journal.told(operation));
                }
            }
            return new Findings(there.cardinality(), half, lost, undead, unbalanced(statement), samples);
        }
    }

    private static long unbalanced(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT count(*) FROM account AS a WHERE a.balance <> " + BALANCE
                + " + coalesce((SELECT sum(amount) FROM ledger AS l WHERE l.account = a.id), 0)")) {
            row.next();
            return row.getLong(1);
        }
    }

    private static void sample(List<String> samples, String what) {
        if (samples.size() < SAMPLES) {
            samples.add(what);
        }
    }
}
