package org.reactivesessions.micrometer;

import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.TransactionOutcome;

/**
 * What is known of a transaction that is observed: a span of a client, which is what databases are asked by, and nothing is sent
 * along. Not thread-safe by itself; what happens to one transaction happens one after the other.
 *
 * @since 0.1
 */
public final class SessionObservationContext extends SenderContext<Object> {

    private final String transaction;
    private final DatabaseDescription database;
    private int attempts = 1;
    private int statements;
    private boolean cancelled;
    private @Nullable TransactionOutcome outcome;

    SessionObservationContext(String transaction, DatabaseDescription database) {
        super((carrier, key, value) -> {}, Kind.CLIENT);
        this.transaction = transaction;
        this.database = database;
    }

    /**
     * Returns the name of the transaction.
     *
     * @return the name, or {@code other} if there were too many
     */
    public String transaction() {
        return transaction;
    }

    /**
     * Returns what database it is.
     *
     * @return as the builder was told
     */
    public DatabaseDescription database() {
        return database;
    }

    /**
     * Returns how often it was tried.
     *
     * @return at least 1
     */
    public int attempts() {
        return attempts;
    }

    /**
     * Returns how many statements were sent, by all attempts together.
     *
     * @return 0 or more, BEGIN and COMMIT not among them
     */
    public int statements() {
        return statements;
    }

    /**
     * Returns whether its subscriber had left before the end of an attempt.
     *
     * @return false while it runs
     */
    public boolean cancelled() {
        return cancelled;
    }

    /**
     * Returns how it ended.
     *
     * @return {@code null} while it runs
     */
    public @Nullable TransactionOutcome outcome() {
        return outcome;
    }

    void attempted(int number, int sent, boolean subscriberLeft) {
        attempts = number;
        statements += sent;
        cancelled |= subscriberLeft;
    }

    void ended(TransactionOutcome how) {
        outcome = how;
    }
}
