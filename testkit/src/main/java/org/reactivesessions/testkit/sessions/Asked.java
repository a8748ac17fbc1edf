package org.reactivesessions.testkit.sessions;

import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.TransactionDefinition;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.dialect.TransactionAttributes;
import org.reactivesessions.testkit.rollback.RollbackOptions;
import org.reactivesessions.transaction.Propagation;
import org.reactivesessions.transaction.TransactionOptions;

/**
 * What a transaction of the code under test asks for, and what of it a savepoint can have.
 *
 * @param options as they were given
 */
record Asked(TransactionOptions options) {

    String name() {
        return options.name();
    }

    Propagation propagation() {
        return Objects.requireNonNull(options.getAttribute(TransactionOptions.PROPAGATION));
    }

    /** The options of a scope inside the transaction of the test: name, time limit, and how it is inside. */
    TransactionOptions as(Propagation how) {
        TransactionOptions scope = TransactionOptions.defaults().named(name()).propagation(how);
        Duration limit = options.getAttribute(TransactionOptions.TIME_LIMIT);
        return limit == null ? scope : scope.timeout(limit);
    }

    /** Refuses what the one transaction of the test cannot be. */
    void requireCoveredBy(RollbackOptions test) {
        IsolationLevel level = options.getAttribute(TransactionDefinition.ISOLATION_LEVEL);
        if (level != null && !test.covers(level)) {
            throw new IllegalStateException(
                    name() + ": asks for " + level.asSql() + ", but the transaction of the test has "
                            + test.isolation().asSql() + ", nothing was sent. Give the test the isolation "
                            + level.asSql() + ".");
        }
    }

    /** Refuses what the transaction around it is not, as it would be without a test. */
    void requirePartOf(TransactionOptions around) {
        String wish = wish(around);
        if (wish != null) {
            throw new IllegalStateException(name() + ": cannot become part of the transaction \"" + around.name()
                    + "\", nothing was sent: it wants " + wish + ", and that one does not.");
        }
    }

    private @Nullable String wish(TransactionOptions around) {
        IsolationLevel level = options.getAttribute(TransactionDefinition.ISOLATION_LEVEL);
        IsolationLevel there = around.getAttribute(TransactionDefinition.ISOLATION_LEVEL);
        if (level != null && there != null && level != there) {
            return "isolation " + level.asSql();
        }
        if (!isReadOnly() && new Asked(around).isReadOnly()) {
            return "to write";
        }
        Map<String, String> other = new Asked(around).settings();
        return settings().entrySet().stream()
                .filter(setting -> !setting.getValue().equals(other.get(setting.getKey())))
                .map(setting -> "the setting " + setting.getKey())
                .findFirst()
                .orElse(null);
    }

    boolean isReadOnly() {
        return Boolean.TRUE.equals(options.getAttribute(TransactionDefinition.READ_ONLY));
    }

    /** Settings of the server for the length of the transaction, limits among them, by name. */
    Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        limit(settings, "statement_timeout", options.getAttribute(TransactionAttributes.STATEMENT_TIMEOUT));
        limit(settings, "lock_timeout", options.getAttribute(TransactionDefinition.LOCK_WAIT_TIMEOUT));
        limit(
                settings,
                "idle_in_transaction_session_timeout",
                options.getAttribute(TransactionAttributes.IDLE_TIMEOUT));
        Map<String, List<String>> own = options.getAttribute(TransactionAttributes.SETTINGS);
        if (own != null) {
            own.forEach((name, values) -> settings.put(name, text(values)));
        }
        return settings;
    }

    private static void limit(Map<String, String> settings, String name, @Nullable Duration limit) {
        if (limit != null) {
            settings.put(name, String.valueOf(Math.max(1, limit.toMillis())));
        }
    }

    private static String text(List<String> values) {
        return values.size() == 1
                ? values.get(0)
                : values.stream()
                        .map(value -> '"' + value.replace("\"", "\"\"") + '"')
                        .collect(Collectors.joining(", "));
    }
}
