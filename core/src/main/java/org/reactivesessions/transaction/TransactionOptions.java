package org.reactivesessions.transaction;

import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Option;
import io.r2dbc.spi.TransactionDefinition;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction shall be. Immutable; every method returns a copy.
 *
 * <pre>{@code
 * TransactionOptions.defaults().named("report").isolation(IsolationLevel.SERIALIZABLE).readOnly()
 * }</pre>
 *
 * @since 0.1
 */
public final class TransactionOptions implements TransactionDefinition {

    /** R2DBC drivers share options by name; r2dbc-postgresql reads this one. */
    private static final Option<Boolean> DEFERRABLE = Option.valueOf("deferrable");

    private static final List<IsolationLevel> LEVELS = List.of(
            IsolationLevel.READ_UNCOMMITTED,
            IsolationLevel.READ_COMMITTED,
            IsolationLevel.REPEATABLE_READ,
            IsolationLevel.SERIALIZABLE);

    private static final TransactionOptions DEFAULTS =
            new TransactionOptions("transaction", null, false, false, Propagation.REQUIRED);

    private final String name;
    private final @Nullable IsolationLevel isolation;
    private final boolean readOnly;
    private final boolean deferrable;
    private final Propagation propagation;

    private TransactionOptions(
            String name,
            @Nullable IsolationLevel isolation,
            boolean readOnly,
            boolean deferrable,
            Propagation propagation) {
        this.name = name;
        this.isolation = isolation;
        this.readOnly = readOnly;
        this.deferrable = deferrable;
        this.propagation = propagation;
    }

    /**
     * Returns the defaults.
     *
     * @return named "transaction", the server's isolation level, read-write, not deferrable
     */
    public static TransactionOptions defaults() {
        return DEFAULTS;
    }

    /** What somebody else's definition says, as far as it can contradict a transaction that is open. */
    static TransactionOptions of(TransactionDefinition definition) {
        return new TransactionOptions(
                "a library's transaction",
                definition.getAttribute(ISOLATION_LEVEL),
                !Boolean.FALSE.equals(definition.getAttribute(READ_ONLY)),
                Boolean.TRUE.equals(definition.getAttribute(DEFERRABLE)),
                Propagation.REQUIRED);
    }

    /**
     * Names the transaction in messages, logs and events. Use few different names: one per kind of work, not per call.
     *
     * @param newName a name that is not blank
     * @return a copy with that name
     * @throws IllegalArgumentException if {@code newName} is blank
     */
    public TransactionOptions named(String newName) {
        if (newName.isBlank()) {
            throw new IllegalArgumentException("named must not be blank; name the kind of work, such as \"transfer\"");
        }
        return new TransactionOptions(newName, isolation, readOnly, deferrable, propagation);
    }

    /**
     * Sets the isolation level; without it, the server's default for this connection is used and spelled out.
     *
     * @param level one of the four levels of the SQL standard
     * @return a copy with that level
     * @throws IllegalArgumentException if {@code level} is a level of somebody's own, because drivers put its text into SQL
     */
    public TransactionOptions isolation(IsolationLevel level) {
        if (!LEVELS.contains(level)) {
            throw new IllegalArgumentException(
                    "isolation must be one of the four levels of IsolationLevel, but was \"" + level.asSql() + "\"");
        }
        return new TransactionOptions(name, level, readOnly, deferrable, propagation);
    }

    /**
     * Makes the transaction read-only: the database refuses writes.
     *
     * @return a copy that is read-only
     */
    public TransactionOptions readOnly() {
        return new TransactionOptions(name, isolation, true, deferrable, propagation);
    }

    /**
     * Makes the transaction deferrable: BEGIN's first query may wait until the transaction can run without a risk of
     * serialization failures. PostgreSQL ignores it unless the transaction is serializable and read-only, so both are
     * demanded.
     *
     * @return a copy that is deferrable
     * @see <a href="https://www.postgresql.org/docs/current/sql-set-transaction.html">SET TRANSACTION</a>
     */
    public TransactionOptions deferrable() {
        return new TransactionOptions(name, isolation, readOnly, true, propagation);
    }

    /**
     * Says what becomes of this transaction inside another one. Without it, it joins.
     *
     * @param how what it does
     * @return a copy that does it
     */
    public TransactionOptions propagation(Propagation how) {
        return new TransactionOptions(
                name, isolation, readOnly, deferrable, Objects.requireNonNull(how, "propagation must not be null"));
    }

    /** What becomes of this transaction inside another one. */
    Propagation propagation() {
        return propagation;
    }

    /**
     * Checks that a transaction with these options may become part of an outer one.
     *
     * @param outer what the outer transaction was begun with, everything spelled out
     * @return why not, or {@code null} if it may
     */
    @Nullable
    IllegalStateException conflictWith(TransactionOptions outer) {
        String conflict = null;
        if (isolation != null && isolation != outer.isolation) {
            conflict = "isolation " + isolation.asSql() + ", but that one has "
                    + (outer.isolation == null ? "another level" : outer.isolation.asSql());
        } else if (!readOnly && outer.readOnly) {
            conflict = "to write, but that one is read-only";
        } else if (deferrable && !outer.deferrable) {
            conflict = "to be deferrable, but that one is not";
        }
        return conflict == null
                ? null
                : new IllegalStateException(name + ": cannot become part of the transaction \"" + outer.name
                        + "\", nothing was sent: it wants " + conflict
                        + ". Change one of them, or use Propagation.REQUIRES_NEW.");
    }

    /**
     * Returns the name.
     *
     * @return the name in messages, logs and events
     */
    public String name() {
        return name;
    }

    /**
     * Checks what belongs together.
     *
     * @return these options
     * @throws IllegalArgumentException if {@link #deferrable} stands without {@code SERIALIZABLE} and {@link #readOnly}
     */
    TransactionOptions requireConsistent() {
        if (deferrable && !(readOnly && isolation == IsolationLevel.SERIALIZABLE)) {
            throw new IllegalArgumentException("deferrable() has an effect only together with"
                    + " isolation(SERIALIZABLE) and readOnly(), but isolation was "
                    + (isolation == null ? "the server's default" : isolation.asSql()) + " and the access mode "
                    + (readOnly ? "read-only" : "read-write"));
        }
        return this;
    }

    boolean isReadOnly() {
        return readOnly;
    }

    @Nullable
    IsolationLevel isolation() {
        return isolation;
    }

    /** These options with everything spelled out, so that no default of a role or database decides. */
    TransactionOptions withDefaultIsolation(IsolationLevel serverDefault) {
        return isolation == null
                ? new TransactionOptions(name, serverDefault, readOnly, deferrable, propagation)
                : this;
    }

    @Override
    public <T> @Nullable T getAttribute(Option<T> option) {
        if (option.equals(ISOLATION_LEVEL)) {
            return option.cast(isolation);
        }
        if (option.equals(READ_ONLY)) {
            return option.cast(readOnly);
        }
        if (option.equals(DEFERRABLE)) {
            return option.cast(deferrable);
        }
        return option.equals(NAME) ? option.cast(name) : null;
    }

    @Override
    public String toString() {
        return "TransactionOptions[" + name + ", " + (isolation == null ? "default isolation" : isolation.asSql())
                + ", " + (readOnly ? "read-only" : "read-write") + (deferrable ? ", deferrable" : "")
                + (propagation == Propagation.REQUIRED ? "" : ", " + propagation) + "]";
    }
}
