package org.reactivesessions.proof.oracle;

import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What is in the database.
 *
 * @param operations by id
 * @param accounts how many accounts there are
 * @param unbalanced accounts whose balance is not what the ledger says
 * @param total what all accounts have together
 * @param lists by key
 */
record Ledger(
        Map<UUID, Rows> operations, long accounts, List<String> unbalanced, long total, Map<Long, List<UUID>> lists) {

    /** What every account begins with. */
    static final long BALANCE = 1_000;

    private static final int PORTION = 10_000;

    /**
     * The rows of one operation.
     *
     * @param tenants all tenants in them
     */
    record Rows(long rows, long sum, String tenants) {}

    static Ledger read(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(PORTION);
            Map<UUID, Rows> operations = new HashMap<>();
            try (ResultSet row = statement.executeQuery("SELECT operation, count(*), sum(amount),"
                    + " string_agg(DISTINCT coalesce(tenant, 'nobody'), ' ') FROM ledger GROUP BY operation")) {
                while (row.next()) {
                    operations.put(
                            row.getObject(1, UUID.class), new Rows(row.getLong(2), row.getLong(3), row.getString(4)));
                }
            }
            long accounts = 0;
            long total = 0;
            List<String> unbalanced = new ArrayList<>();
            try (ResultSet row = statement.executeQuery(
                    "SELECT a.id, a.balance, coalesce(sum(l.amount), 0) FROM account"
                            + " AS a LEFT JOIN ledger AS l ON l.account = a.id GROUP BY a.id, a.balance ORDER BY a.id")) {
                while (row.next()) {
                    accounts++;
                    total += row.getLong(2);
                    if (row.getLong(2) != BALANCE + row.getLong(3)) {
                        unbalanced.add("account " + row.getInt(1) + " has " + row.getLong(2) + ", but " + BALANCE
                                + " and " + row.getLong(3) + " were moved to it");
                    }
                }
            }
            Map<Long, List<UUID>> lists = new HashMap<>();
            try (ResultSet row = statement.executeQuery("SELECT key, operations FROM list")) {
                while (row.next()) {
                    Array elements = row.getArray(2);
                    lists.put(row.getLong(1), List.of((UUID[]) elements.getArray()));
                }
            }
            return new Ledger(operations, accounts, unbalanced, total, lists);
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }
}
