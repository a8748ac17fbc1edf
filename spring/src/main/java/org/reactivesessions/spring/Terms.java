package org.reactivesessions.spring;

import io.r2dbc.spi.IsolationLevel;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.transaction.Propagation;
import org.reactivesessions.transaction.TransactionOptions;
import org.springframework.transaction.InvalidTimeoutException;
import org.springframework.transaction.TransactionDefinition;

/** Spring's definitions and our options, each in the words of the other. Stateless. */
final class Terms {

    private Terms() {}

    /**
     * Makes options of a definition, its propagation left out.
     *
     * @throws InvalidTimeoutException if its timeout cannot be one
     */
    static TransactionOptions options(TransactionDefinition definition, @Nullable String name) {
        TransactionOptions options = TransactionOptions.defaults();
        String called = definition.getName() == null ? name : definition.getName();
        if (called != null && !called.isBlank()) {
            options = options.named(called);
        }
        IsolationLevel level = switch (definition.getIsolationLevel()) {
            case TransactionDefinition.ISOLATION_READ_UNCOMMITTED -> IsolationLevel.READ_UNCOMMITTED;
            case TransactionDefinition.ISOLATION_READ_COMMITTED -> IsolationLevel.READ_COMMITTED;
            case TransactionDefinition.ISOLATION_REPEATABLE_READ -> IsolationLevel.REPEATABLE_READ;
            case TransactionDefinition.ISOLATION_SERIALIZABLE -> IsolationLevel.SERIALIZABLE;
            default -> null;
        };
        if (level != null) {
            options = options.isolation(level);
        }
        if (definition.isReadOnly()) {
            options = options.readOnly();
        }
        int seconds = definition.getTimeout();
        if (seconds < TransactionDefinition.TIMEOUT_DEFAULT) {
            throw new InvalidTimeoutException("Invalid transaction timeout", seconds);
        }
        return seconds > 0 ? options.timeout(Duration.ofSeconds(seconds)) : options;
    }

    static boolean isReadOnly(TransactionOptions options) {
        return Boolean.TRUE.equals(options.getAttribute(io.r2dbc.spi.TransactionDefinition.READ_ONLY));
    }

    /** In Spring's numbers. */
    static int isolation(TransactionOptions options) {
        IsolationLevel level = options.getAttribute(io.r2dbc.spi.TransactionDefinition.ISOLATION_LEVEL);
        if (level == IsolationLevel.READ_UNCOMMITTED) {
            return TransactionDefinition.ISOLATION_READ_UNCOMMITTED;
        }
        if (level == IsolationLevel.READ_COMMITTED) {
            return TransactionDefinition.ISOLATION_READ_COMMITTED;
        }
        if (level == IsolationLevel.REPEATABLE_READ) {
            return TransactionDefinition.ISOLATION_REPEATABLE_READ;
        }
        return level == IsolationLevel.SERIALIZABLE
                ? TransactionDefinition.ISOLATION_SERIALIZABLE
                : TransactionDefinition.ISOLATION_DEFAULT;
    }

    static Propagation propagation(TransactionOptions options) {
        return Objects.requireNonNull(options.getAttribute(TransactionOptions.PROPAGATION));
    }

    static @Nullable Duration timeLimit(TransactionOptions options) {
        return options.getAttribute(TransactionOptions.TIME_LIMIT);
    }
}
