package org.reactivesessions.error;

import io.r2dbc.spi.R2dbcNonTransientException;

/**
 * A statement that promised at most one row returned more. Its result was read to the end.
 *
 * @since 0.1
 */
public final class TooManyRowsException extends R2dbcNonTransientException implements SessionFailure {

    private static final long serialVersionUID = 1L;

    private final String session;

    /**
     * Creates the error.
     *
     * @param session the name of the scope
     * @param sql the SQL text, without values
     * @param rows how many rows came
     */
    public TooManyRowsException(String session, String sql, long rows) {
        super(Guidance.added(
                FailureKind.TOO_MANY_ROWS,
                session + ": one(mapper) expects at most one row, but " + rows
                        + " came. Use first(mapper) or all(mapper), or make the" + " query unique: " + sql));
        this.session = session;
    }

    @Override
    public FailureKind kind() {
        return FailureKind.TOO_MANY_ROWS;
    }

    @Override
    public String session() {
        return session;
    }
}
