package org.reactivesessions.dialect;

/**
 * How a database's SQL declares, reads and closes a cursor. Implementations are stateless.
 *
 * @since 0.1
 */
public interface CursorTexts {

    /**
     * Returns the statement that opens a cursor; it takes the parameters of the query.
     *
     * @param name a plain identifier
     * @param query a query
     * @return a text
     */
    String declare(String name, String query);

    /**
     * Returns the statement that reads on.
     *
     * @param name the name of an open cursor
     * @param rows the most rows to return, at least 1
     * @return a text whose result are the rows
     */
    String fetch(String name, int rows);

    /**
     * Returns the statement that closes a cursor.
     *
     * @param name the name of an open cursor
     * @return a text
     */
    String close(String name);
}
