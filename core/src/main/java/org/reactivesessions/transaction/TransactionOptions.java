package org.reactivesessions.transaction;

import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Option;
import io.r2dbc.spi.TransactionDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.dialect.TransactionAttributes;

/**
 * What a transaction shall be. Immutable; every method returns a copy.
 *
 * <pre>{@code
 * TransactionOptions.defaults().named("report").isolation(IsolationLevel.SERIALIZABLE).readOnly()
 * }</pre>
 *
 * <p>Options that say something to the database travel with BEGIN, in one message, and cost no round trip. What a dialect
 * cannot do is refused when the transaction is assembled.
 *
 * @since 0.1
 */
public final class TransactionOptions implements TransactionDefinition {

    /** What {@link #timeout(Duration)} was told, for {@link #getAttribute}; no value if there is no limit. */
    public static final Option<Duration> TIME_LIMIT = Option.valueOf("timeLimit");

    /** What {@link #propagation(Propagation)} was told, for {@link #getAttribute}. */
    public static final Option<Propagation> PROPAGATION = Option.valueOf("propagation");

    /** R2DBC drivers share options by name; r2dbc-postgresql reads this one. */
    static final Option<Boolean> DEFERRABLE = Option.valueOf("deferrable");

    /** How long after the end of its time the server itself ends a transaction. */
    private static final Duration LAST_RESORT = Duration.ofSeconds(2);

    private static final Option<TransactionRetry> RETRY = Option.valueOf("transactionRetry");
    private static final Option<CommitVerification> VERIFICATION = Option.valueOf("commitVerification");

    private static final List<IsolationLevel> LEVELS = List.of(
            IsolationLevel.READ_UNCOMMITTED,
            IsolationLevel.READ_COMMITTED,
            IsolationLevel.REPEATABLE_READ,
            IsolationLevel.SERIALIZABLE);

    private static final TransactionOptions DEFAULTS = new TransactionOptions(Attributes.NONE
            .with(NAME, "transaction")
            .with(READ_ONLY, false)
            .with(DEFERRABLE, false)
            .with(PROPAGATION, Propagation.REQUIRED)
            .with(VERIFICATION, CommitVerification.none()));

    private final Attributes attributes;

    /** The last result of {@link #withDefaultIsolation}; whoever sees none makes an equal one. */
    private volatile @Nullable TransactionOptions spelledOut;

    private TransactionOptions(Attributes attributes) {
        this.attributes = attributes;
    }

    /** A copy in which an attribute has another value. */
    <T> TransactionOptions with(Option<T> option, T value) {
        return new TransactionOptions(attributes.with(option, value));
    }

    /**
     * Returns the defaults.
     *
     * @return named "transaction", the server's isolation level, read-write, not deferrable, no limits, no settings
     */
    public static TransactionOptions defaults() {
        return DEFAULTS;
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
        return with(NAME, newName);
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
        return with(ISOLATION_LEVEL, level);
    }

    /**
     * Makes the transaction read-only: the database refuses writes.
     *
     * @return a copy that is read-only
     */
    public TransactionOptions readOnly() {
        return with(READ_ONLY, true);
    }

    /**
     * Makes the transaction deferrable: its first query may wait until the transaction can run without a risk of
     * serialization failures. PostgreSQL ignores it unless the transaction is serializable and read-only, so both are
     * demanded.
     *
     * @return a copy that is deferrable
     * @see <a href="https://www.postgresql.org/docs/current/sql-set-transaction.html">SET TRANSACTION</a>
     */
    public TransactionOptions deferrable() {
        return with(DEFERRABLE, true);
    }

    /**
     * Limits how long the whole transaction may take, from its subscription until COMMIT is sent, which has a limit of its
     * own. When the time is over, the subscriber hears
     * {@link org.reactivesessions.error.TransactionTimeoutException} at once; what runs is cancelled on the server, and the
     * transaction rolled back, behind his back. What is left of the time when BEGIN is sent also limits statements and waits
     * for locks on the server. Scopes inside, of any database, cannot take longer.
     *
     * @param limit more than zero
     * @return a copy with that limit; without it, there is none but that of a scope around it
     * @throws IllegalArgumentException if {@code limit} is not more than zero
     */
    public TransactionOptions timeout(Duration limit) {
        return with(TIME_LIMIT, positive("timeout", limit));
    }

    @Nullable
    Duration timeLimit() {
        return getAttribute(TIME_LIMIT);
    }

    /**
     * Limits how long each statement may run, waiting for locks included. The database ends the statement (57014 in
     * PostgreSQL) and the transaction is rolled back. COMMIT is not a statement in this sense.
     *
     * @param timeout more than zero; PostgreSQL gets the next of 1, 2 or 5 × 10ⁿ ms, at most 2 × 10⁹ ms
     * @return a copy with that limit; without it, the server's default applies
     * @throws IllegalArgumentException if {@code timeout} is not more than zero
     */
    public TransactionOptions statementTimeout(Duration timeout) {
        return with(TransactionAttributes.STATEMENT_TIMEOUT, positive("statementTimeout", timeout));
    }

    /**
     * Limits how long a statement may wait for a lock. The database ends the statement (55P03 in PostgreSQL) and the
     * transaction is rolled back. It applies to each wait, also to those inside COMMIT.
     *
     * @param timeout more than zero; PostgreSQL gets the next of 1, 2 or 5 × 10ⁿ ms, at most 2 × 10⁹ ms
     * @return a copy with that limit; without it, the server's default applies
     * @throws IllegalArgumentException if {@code timeout} is not more than zero
     */
    public TransactionOptions lockTimeout(Duration timeout) {
        return with(LOCK_WAIT_TIMEOUT, positive("lockTimeout", timeout));
    }

    /**
     * Limits how long the database waits for the next statement. It ends the connection (25P03 in PostgreSQL), and with it
     * the transaction.
     *
     * @param timeout more than zero; PostgreSQL gets the next of 1, 2 or 5 × 10ⁿ ms, at most 2 × 10⁹ ms
     * @return a copy with that limit; without it, the server's default applies
     * @throws IllegalArgumentException if {@code timeout} is not more than zero
     */
    public TransactionOptions idleTimeout(Duration timeout) {
        return with(TransactionAttributes.IDLE_TIMEOUT, positive("idleTimeout", timeout));
    }

    private static Duration positive(String option, Duration timeout) {
        if (timeout.isZero() || timeout.isNegative()) {
            throw new IllegalArgumentException(option + " must be > 0, but was " + timeout
                    + "; leave it out for no limit of the transaction's own");
        }
        return timeout;
    }

    /**
     * Gives a setting of the database a value until the end of the transaction, such as a tenant that row-level security
     * reads. Names are compared without case; the last value of a name counts. Name and value are checked when the
     * transaction is assembled. No message of this library shows a value; the database's own messages and log may.
     *
     * @param name such as {@code app.tenant}
     * @param value any text without NUL, which arrives as it is
     * @param more the further elements of a setting that is a list, such as {@code search_path}
     * @return a copy with that setting
     * @throws IllegalArgumentException if {@code name} is blank
     */
    public TransactionOptions setting(String name, String value, String... more) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("setting must have a name, such as \"app.tenant\", but it was blank");
        }
        List<String> values = new ArrayList<>(more.length + 1);
        values.add(value);
        Collections.addAll(values, more);
        Map<String, List<String>> changed = new LinkedHashMap<>(settings());
        changed.put(name.toLowerCase(Locale.ROOT), List.copyOf(values));
        return with(TransactionAttributes.SETTINGS, Collections.unmodifiableMap(changed));
    }

    private Map<String, List<String>> settings() {
        Map<String, List<String>> settings = getAttribute(TransactionAttributes.SETTINGS);
        return settings == null ? Map.of() : settings;
    }

    /**
     * Runs the whole transaction again when it has failed in a way that another attempt may mend, and it is certain that
     * nothing of it is durable. Read {@link TransactionRetry} for what that demands of the function. Without it, it is run once.
     *
     * @param when after what, how often, and after which wait
     * @return a copy that is run again; ignored where it joins or is nested in another transaction
     */
    public TransactionOptions retry(TransactionRetry when) {
        return with(RETRY, Objects.requireNonNull(when, "retry must not be null; leave it out for one attempt"));
    }

    /** When the transaction is run again, {@code null} for never. */
    @Nullable
    TransactionRetry retry() {
        return getAttribute(RETRY);
    }

    /**
     * Sets how it is found out whether the transaction committed, when the answer to its COMMIT is lost.
     *
     * @param how default: {@link CommitVerification#none()}
     * @return a copy that is verified; ignored where it joins or is nested in another transaction
     */
    public TransactionOptions verification(CommitVerification how) {
        return with(VERIFICATION, Objects.requireNonNull(how, "verification must not be null; use none()"));
    }

    /**
     * Makes sure that the transaction is verified.
     *
     * @return these options, or a copy with {@link CommitVerification#marker()} if they had no verification
     */
    public TransactionOptions verified() {
        return verification().leavesMarker() ? this : verification(CommitVerification.marker());
    }

    CommitVerification verification() {
        return attributes.required(VERIFICATION);
    }

    /**
     * Says what becomes of this transaction inside another one. Without it, it joins.
     *
     * @param how what it does
     * @return a copy that does it
     */
    public TransactionOptions propagation(Propagation how) {
        return with(PROPAGATION, Objects.requireNonNull(how, "propagation must not be null"));
    }

    /** What becomes of this transaction inside another one. */
    Propagation propagation() {
        return attributes.required(PROPAGATION);
    }

    /**
     * Returns the name.
     *
     * @return the name in messages, logs and events
     */
    public String name() {
        return attributes.required(NAME);
    }

    /**
     * Checks what belongs together.
     *
     * @return these options
     * @throws IllegalArgumentException if {@link #deferrable} stands without {@code SERIALIZABLE} and {@link #readOnly}
     */
    TransactionOptions requireConsistent() {
        IsolationLevel isolation = getAttribute(ISOLATION_LEVEL);
        boolean readOnly = attributes.required(READ_ONLY);
        if (attributes.required(DEFERRABLE) && !(readOnly && isolation == IsolationLevel.SERIALIZABLE)) {
            throw new IllegalArgumentException("deferrable() has an effect only together with"
                    + " isolation(SERIALIZABLE) and readOnly(), but isolation was "
                    + (isolation == null ? "the server's default" : isolation.asSql()) + " and the access mode "
                    + (readOnly ? "read-only" : "read-write"));
        }
        return this;
    }

    boolean isReadOnly() {
        return attributes.required(READ_ONLY);
    }

    /** These options with limits on the server that fit into what is left of the time; the last resort comes later. */
    TransactionOptions limited(Duration left) {
        return new TransactionOptions(attributes
                .with(TransactionAttributes.STATEMENT_TIMEOUT, shorter(left, TransactionAttributes.STATEMENT_TIMEOUT))
                .with(LOCK_WAIT_TIMEOUT, shorter(left, LOCK_WAIT_TIMEOUT))
                .with(TransactionAttributes.TRANSACTION_TIMEOUT, left.plus(LAST_RESORT)));
    }

    private Duration shorter(Duration left, Option<Duration> option) {
        Duration own = getAttribute(option);
        return own == null || own.compareTo(left) > 0 ? left : own;
    }

    /** These options with everything spelled out, so that no default of a role or database decides. */
    TransactionOptions withDefaultIsolation(IsolationLevel serverDefault) {
        if (getAttribute(ISOLATION_LEVEL) != null) {
            return this;
        }
        TransactionOptions known = spelledOut;
        if (known == null || known.getAttribute(ISOLATION_LEVEL) != serverDefault) {
            known = with(ISOLATION_LEVEL, serverDefault);
            spelledOut = known;
        }
        return known;
    }

    @Override
    public <T> @Nullable T getAttribute(Option<T> option) {
        return attributes.get(option);
    }

    /** Settings by their names only. */
    @Override
    public String toString() {
        IsolationLevel isolation = getAttribute(ISOLATION_LEVEL);
        StringJoiner text = new StringJoiner(", ", "TransactionOptions[", "]");
        text.add(name()).add(isolation == null ? "default isolation" : isolation.asSql());
        text.add(attributes.required(READ_ONLY) ? "read-only" : "read-write");
        if (attributes.required(DEFERRABLE)) {
            text.add("deferrable");
        }
        if (propagation() != Propagation.REQUIRED) {
            text.add(propagation().toString());
        }
        addTo(text, "retry ", retry());
        if (verification().leavesMarker()) {
            text.add("verification " + verification());
        }
        addTo(text, "timeout ", timeLimit());
        addTo(text, "statementTimeout ", getAttribute(TransactionAttributes.STATEMENT_TIMEOUT));
        addTo(text, "lockTimeout ", getAttribute(LOCK_WAIT_TIMEOUT));
        addTo(text, "idleTimeout ", getAttribute(TransactionAttributes.IDLE_TIMEOUT));
        settings().keySet().forEach(setting -> addTo(text, "setting ", setting));
        return text.toString();
    }

    private static void addTo(StringJoiner text, String called, @Nullable Object value) {
        if (value != null) {
            text.add(called + value);
        }
    }
}
