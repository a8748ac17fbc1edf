package org.reactivesessions.testkit.rollback;

import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Option;
import io.r2dbc.spi.TransactionDefinition;
import org.jspecify.annotations.Nullable;

/**
 * What the transaction of a test is begun with.
 *
 * @param isolation its level
 */
record OuterDefinition(IsolationLevel isolation) implements TransactionDefinition {

    @Override
    public <T> @Nullable T getAttribute(Option<T> option) {
        return option.equals(ISOLATION_LEVEL) ? option.cast(isolation) : null;
    }
}
