package org.reactivesessions.postgres.cancelrun;

import io.r2dbc.spi.Readable;
import reactor.core.publisher.Mono;

/** How the system under test runs statements inside its transaction. Every mono is cold. */
interface Statements {

    String TABLE = "cancel_run";
    String PARAMETERISED = "INSERT INTO " + TABLE + " (tx, part) VALUES ($1, $2)";
    String RETURNING = PARAMETERISED + " RETURNING part";
    String QUERY = "SELECT part FROM " + TABLE + " WHERE tx = $1 LIMIT 1";

    static String plain(int transaction, int part) {
        return "INSERT INTO " + TABLE + " (tx, part) VALUES (" + transaction + ", " + part + ")";
    }

    /** The returned row counts as one. */
    static Long one(Readable row) {
        return row.get(0) == null ? 0L : 1L;
    }

    /** Inserts one row. */
    Mono<Long> insert(Plan.Form form, int transaction, int part);

    /** Inserts both rows by one statement with two bindings. */
    Mono<Long> insertBoth(int transaction);

    /** Looks for a row. */
    Mono<Long> query(int transaction);
}
