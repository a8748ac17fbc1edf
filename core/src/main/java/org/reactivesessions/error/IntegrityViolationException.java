package org.reactivesessions.error;

import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcException;
import org.jspecify.annotations.Nullable;

/**
 * A constraint of the database was violated by a statement of {@code session.sql}. It says which, as far as the database does;
 * the driver's error is the cause. No value of the row is in it.
 *
 * @since 0.1
 */
public final class IntegrityViolationException extends R2dbcDataIntegrityViolationException implements SessionFailure {

    private static final long serialVersionUID = 1L;

    private final String session;
    private final @Nullable String constraint;
    private final @Nullable String table;
    private final @Nullable String column;

    /**
     * Creates the error.
     *
     * @param session the name of the scope
     * @param constraint the name of the constraint, if the database named it
     * @param table the name of the table, if the database named it
     * @param column the name of the column, if the database named it
     * @param cause the driver's error
     */
    public IntegrityViolationException(
            String session,
            @Nullable String constraint,
            @Nullable String table,
            @Nullable String column,
            R2dbcException cause) {
        super(
                Guidance.added(
                        FailureKind.INTEGRITY,
                        session + ": " + cause.getMessage() + described("constraint", constraint)
                                + described("table", table) + described("column", column)),
                cause.getSqlState(),
                cause.getErrorCode(),
                cause);
        this.session = session;
        this.constraint = constraint;
        this.table = table;
        this.column = column;
    }

    private static String described(String what, @Nullable String name) {
        return name == null ? "" : "; " + what + " \"" + name + "\"";
    }

    @Override
    public FailureKind kind() {
        return FailureKind.INTEGRITY;
    }

    @Override
    public String session() {
        return session;
    }

    /**
     * Returns which constraint it was.
     *
     * @return its name, or {@code null} if the database did not say; a NOT NULL may have none
     */
    public @Nullable String constraint() {
        return constraint;
    }

    /**
     * Returns whose constraint it was.
     *
     * @return the name of the table, or {@code null} if the database did not say
     */
    public @Nullable String table() {
        return table;
    }

    /**
     * Returns the column.
     *
     * @return its name, or {@code null} if the constraint is not of one column, or the database did not say
     */
    public @Nullable String column() {
        return column;
    }
}
