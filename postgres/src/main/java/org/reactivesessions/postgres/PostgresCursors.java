package org.reactivesessions.postgres;

import org.reactivesessions.dialect.CursorTexts;

/** PostgreSQL's cursors, which go forward only and end with the transaction. Stateless. */
final class PostgresCursors implements CursorTexts {

    static final PostgresCursors INSTANCE = new PostgresCursors();

    private PostgresCursors() {}

    @Override
    public String declare(String name, String query) {
        return "DECLARE " + name + " NO SCROLL CURSOR FOR " + query;
    }

    @Override
    public String fetch(String name, int rows) {
        return "FETCH FORWARD " + rows + " FROM " + name;
    }

    @Override
    public String close(String name) {
        return "CLOSE " + name;
    }
}
