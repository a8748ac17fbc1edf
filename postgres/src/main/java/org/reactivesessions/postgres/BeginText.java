package org.reactivesessions.postgres;

import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Option;
import io.r2dbc.spi.TransactionDefinition;
import java.util.Objects;

/** PLACEHOLDER until the real one is merged. */
final class BeginText {

    private static final Option<Boolean> DEFERRABLE = Option.valueOf("deferrable");

    private BeginText() {}

    static String of(TransactionDefinition definition) {
        IsolationLevel level = Objects.requireNonNull(definition.getAttribute(TransactionDefinition.ISOLATION_LEVEL));
        return "BEGIN ISOLATION LEVEL " + level.asSql()
                + (Boolean.TRUE.equals(definition.getAttribute(TransactionDefinition.READ_ONLY))
                        ? ", READ ONLY"
                        : ", READ WRITE")
                + (Boolean.TRUE.equals(definition.getAttribute(DEFERRABLE)) ? ", DEFERRABLE" : ", NOT DEFERRABLE");
    }
}
