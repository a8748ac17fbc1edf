package org.reactivesessions.orders.ledger;

/** The statements of both ledgers. */
final class LedgerSql {

    /** Changes the balance of the second by the third, if it does not become negative, and writes the entry of the order, the first. */
    static final String BOOK = """
            WITH booked AS (
                UPDATE account SET balance = balance + $3 WHERE id = $2 AND balance + $3 >= 0 RETURNING id)
            INSERT INTO entry (order_id, account, amount) SELECT $1, id, $3 FROM booked""";

    static final String ACCOUNT = "SELECT id, balance FROM account WHERE id = $1";

    static final String ACCOUNTS = "SELECT id, balance FROM account ORDER BY id";

    private LedgerSql() {}
}
