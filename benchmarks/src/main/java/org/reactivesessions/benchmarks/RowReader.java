package org.reactivesessions.benchmarks;

import java.util.function.LongConsumer;

/** A contender that reads many rows in one transaction, as its users write it. */
interface RowReader extends AutoCloseable {

    String ROWS = "SELECT id::bigint FROM account ORDER BY id LIMIT $1";

    /** So many rows at a time that nobody asks for a number of his own. */
    int ALL_AT_ONCE = 0;

    /**
     * Reads rows and returns when the transaction has ended.
     *
     * @param rows how many; at most {@link Bench#ACCOUNTS}
     * @param fetchSize how many the server sends before it is asked for more, or {@link #ALL_AT_ONCE}
     * @param reader gets the value of each, one after another, and may take its time
     */
    void read(int rows, int fetchSize, LongConsumer reader);

    @Override
    void close();

    /** Opens that of a contender. */
    static RowReader of(Entrant contender, Endpoint endpoint) {
        return switch (contender) {
            case OURS -> ReactiveRows.ours(endpoint, false);
            case OURS_UNGUARDED -> ReactiveRows.ours(endpoint, true);
            case BYHAND -> ReactiveRows.byHand(endpoint);
            case SPRING -> ReactiveRows.spring(endpoint);
            case VERTX -> new VertxRows(endpoint);
            case JDBC, JDBC_VT -> new JdbcRows(endpoint);
        };
    }
}
