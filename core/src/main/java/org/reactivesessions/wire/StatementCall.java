package org.reactivesessions.wire;

import io.r2dbc.spi.Statement;
import java.util.function.Consumer;

/**
 * A statement that a {@link GatedConnection} makes, binds, sends and consumes in one passage of the gate. Immutable.
 *
 * @param sql the text, which carries no transaction control ({@link GatedConnection#requireStatement})
 * @param parameterised whether the preparation binds values
 * @param preparation binds values, none of them a stream, and sets what else belongs to the driver's statement; called once
 *     per subscription, on the connection's executor
 * @since 0.1
 */
public record StatementCall(String sql, boolean parameterised, Consumer<? super Statement> preparation) {}
