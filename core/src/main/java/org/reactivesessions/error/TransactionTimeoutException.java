package org.reactivesessions.error;

import io.r2dbc.spi.R2dbcTimeoutException;
import java.time.Duration;

/**
 * The time of a transaction was over before COMMIT was sent. It is rolled back, or was never begun: nothing of it is or will
 * be durable. What is left of it is cleaned up behind the subscriber's back; {@code quiesced()} waits for that.
 *
 * @since 0.1
 */
public final class TransactionTimeoutException extends R2dbcTimeoutException implements SessionFailure {

    private static final long serialVersionUID = 1L;

    private final String session;
    private final LifePhase phase;
    private final Duration limit;

    /**
     * Creates the error.
     *
     * @param session the name of the scope
     * @param phase where it was
     * @param limit the limit that was passed
     * @param owner the name of the scope that set the limit
     * @param spent where the time was spent
     */
    public TransactionTimeoutException(String session, LifePhase phase, Duration limit, String owner, String spent) {
        this(
                session,
                phase,
                limit,
                "not ended within " + limit.toMillis() + " ms"
                        + (owner.equals(session) ? "" : ", the limit of \"" + owner + "\" around it")
                        + "; nothing of it is durable. Spent: "
                        + spent + ". Raise timeout(), or shorten what took longest.");
    }

    private TransactionTimeoutException(String session, LifePhase phase, Duration limit, String message) {
        super(Guidance.added(FailureKind.TIMEOUT, session + ": " + message));
        this.session = session;
        this.phase = phase;
        this.limit = limit;
    }

    /**
     * Creates the error of a nested scope that was not let in: one scope at a time can be nested in another one, and the one
     * before had not left it.
     *
     * @param session the name of the scope
     * @param limit how long it has waited
     * @param before what it has waited for, for the message
     * @return an error whose phase is {@link LifePhase#ACQUIRING}
     */
    public static TransactionTimeoutException notLetIn(String session, Duration limit, String before) {
        return new TransactionTimeoutException(
                session,
                LifePhase.ACQUIRING,
                limit,
                "not begun, because " + before + " did not end within " + limit.toMillis()
                        + " ms; nothing of it is durable. Begin it when the one before has ended, or raise"
                        + " TimeLimits.control.");
    }

    @Override
    public FailureKind kind() {
        return FailureKind.TIMEOUT;
    }

    @Override
    public String session() {
        return session;
    }

    /**
     * Returns how the transaction ended, as far as it was known when its time was over.
     *
     * @return {@link TransactionOutcome#NOT_STARTED} before BEGIN was answered, also if the answer comes later and is undone;
     *     otherwise {@link TransactionOutcome#ROLLED_BACK}
     */
    @Override
    public TransactionOutcome outcome() {
        return phase == LifePhase.ACQUIRING || phase == LifePhase.BEGINNING
                ? TransactionOutcome.NOT_STARTED
                : TransactionOutcome.ROLLED_BACK;
    }

    /**
     * Returns where the transaction was when its time was over.
     *
     * @return the phase that used up the rest of the time
     */
    public LifePhase phase() {
        return phase;
    }

    /**
     * Returns the limit.
     *
     * @return what was given to {@code timeout}, here or by a scope around this one, or the time for a nested scope to be let in
     */
    public Duration limit() {
        return limit;
    }
}
