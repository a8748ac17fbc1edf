package org.reactivesessions.transaction;

import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Option;
import io.r2dbc.spi.TransactionDefinition;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.dialect.TransactionAttributes;

/**
 * What a transaction may ask for when it becomes part of an open one: nothing that one does not have already. A limit or a
 * setting of its own would stay in force for the rest of the outer transaction, also behind a savepoint that was released.
 * Stateless.
 */
final class Joining {

    private Joining() {}

    /**
     * Checks that a transaction may become part of an outer one.
     *
     * @param name whose it is, for the message
     * @param inner what it asks for; what is not set is not asked for
     * @param outer what the outer transaction was begun with, everything spelled out
     * @return why not, or {@code null} if it may
     */
    static @Nullable IllegalStateException conflict(
            String name, TransactionDefinition inner, TransactionOptions outer) {
        String wish = wish(inner, outer);
        return wish == null
                ? null
                : new IllegalStateException(name + ": cannot become part of the transaction \"" + outer.name()
                        + "\", nothing was sent: it wants " + wish
                        + ". Change one of them, or use Propagation.REQUIRES_NEW.");
    }

    private static @Nullable String wish(TransactionDefinition inner, TransactionOptions outer) {
        IsolationLevel level = inner.getAttribute(TransactionDefinition.ISOLATION_LEVEL);
        IsolationLevel outerLevel = outer.getAttribute(TransactionDefinition.ISOLATION_LEVEL);
        if (level != null && level != outerLevel) {
            return "isolation " + level.asSql() + ", but that one has "
                    + (outerLevel == null ? "another level" : outerLevel.asSql());
        }
        if (isFalse(inner, TransactionDefinition.READ_ONLY) && !isFalse(outer, TransactionDefinition.READ_ONLY)) {
            return "to write, but that one is read-only";
        }
        if (Boolean.TRUE.equals(inner.getAttribute(TransactionOptions.DEFERRABLE))
                && isFalse(outer, TransactionOptions.DEFERRABLE)) {
            return "to be deferrable, but that one is not";
        }
        String wish = limit("statementTimeout", TransactionAttributes.STATEMENT_TIMEOUT, inner, outer);
        if (wish == null) {
            wish = limit("lockTimeout", TransactionDefinition.LOCK_WAIT_TIMEOUT, inner, outer);
        }
        if (wish == null) {
            wish = limit("idleTimeout", TransactionAttributes.IDLE_TIMEOUT, inner, outer);
        }
        return wish == null ? setting(inner, outer) : wish;
    }

    private static boolean isFalse(TransactionDefinition definition, Option<Boolean> option) {
        return Boolean.FALSE.equals(definition.getAttribute(option));
    }

    /** A limit is kept if the outer transaction has one that is as short. */
    private static @Nullable String limit(
            String called, Option<Duration> option, TransactionDefinition inner, TransactionDefinition outer) {
        Duration wanted = inner.getAttribute(option);
        Duration there = outer.getAttribute(option);
        return wanted == null || (there != null && there.compareTo(wanted) <= 0)
                ? null
                : called + " " + wanted + ", but that one has " + (there == null ? "none" : there);
    }

    /** Values stay out of the message. */
    private static @Nullable String setting(TransactionDefinition inner, TransactionDefinition outer) {
        Map<String, List<String>> wanted = inner.getAttribute(TransactionAttributes.SETTINGS);
        Map<String, List<String>> there = outer.getAttribute(TransactionAttributes.SETTINGS);
        if (wanted != null) {
            for (Map.Entry<String, List<String>> setting : wanted.entrySet()) {
                List<String> value = there == null ? null : there.get(setting.getKey());
                if (!setting.getValue().equals(value)) {
                    return "the setting " + setting.getKey() + ", but that one has "
                            + (value == null ? "no such setting" : "another value for it");
                }
            }
        }
        return null;
    }
}
