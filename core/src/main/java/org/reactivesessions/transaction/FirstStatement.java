package org.reactivesessions.transaction;

import java.util.function.Predicate;
import org.reactivesessions.wire.SqlKind;

/**
 * What may be sent behind a BEGIN that is not answered, on a connection that refuses writes outside transactions: one plain
 * statement. Not a second one, because what the first does inside the server is not known, and it could take the guard down.
 * The query for the time of the transaction does nothing there and does not count. Belongs to the executor.
 */
final class FirstStatement implements Predicate<String> {

    private final String clock;
    private boolean taken;

    /** @param clock the text of the query for the time of the transaction */
    FirstStatement(String clock) {
        this.clock = clock;
    }

    @Override
    public boolean test(String sql) {
        if (sql.equals(clock)) {
            return true;
        }
        boolean first = !taken && SqlKind.of(sql).isPlain();
        taken = true;
        return first;
    }
}
