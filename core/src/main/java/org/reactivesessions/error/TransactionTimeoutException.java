package org.reactivesessions.error;

import io.r2dbc.spi.R2dbcTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The time of a transaction was over before COMMIT was sent, or the watch has ended it because it got nowhere. It is rolled
 * back, or was never begun: nothing of it is or will be durable. What is left of it is cleaned up behind the subscriber's back;
 * {@code quiesced()} waits for that. It also ends what has no transaction around it, of which what was answered has taken effect.
 *
 * @since 0.1
 */
public final class TransactionTimeoutException extends R2dbcTimeoutException implements SessionFailure {

    private static final long serialVersionUID = 1L;

    private final String session;
    private final LifePhase phase;
    private final Duration limit;
    private final boolean transactional;

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
                true,
                spent(notWithin(limit, owner.equals(session) ? null : owner), true, spent)
                        + ". Raise timeout(), or shorten what took longest.");
    }

    private TransactionTimeoutException(
            String session, LifePhase phase, Duration limit, boolean transactional, String message) {
        super(Guidance.added(FailureKind.TIMEOUT, session + ": " + message));
        this.session = session;
        this.phase = phase;
        this.limit = limit;
        this.transactional = transactional;
    }

    private static String notWithin(Duration limit, @Nullable String around) {
        return "not ended within " + limit.toMillis() + " ms"
                + (around == null ? "" : ", the limit of \"" + around + "\" around it");
    }

    private static String spent(String what, boolean transactional, String where) {
        return what + left(transactional) + " Spent: " + where;
    }

    private static String left(boolean transactional) {
        return transactional
                ? "; nothing of it is durable."
                : "; there is no transaction around it: what was answered has taken effect, what was running may have.";
    }

    /**
     * Creates the error of something that has no transaction around it.
     *
     * @param session the name of the scope
     * @param phase where it was
     * @param limit the limit that was passed
     * @param owner the name of the scope that set the limit
     * @param spent where the time was spent
     * @return an error without an outcome
     */
    public static TransactionTimeoutException withoutTransaction(
            String session, LifePhase phase, Duration limit, String owner, String spent) {
        return new TransactionTimeoutException(
                session,
                phase,
                limit,
                false,
                spent(notWithin(limit, owner.equals(session) ? null : owner), false, spent)
                        + ". Raise timeout(), or shorten what took longest.");
    }

    /**
     * Creates the error of somebody whom the watch has ended.
     *
     * @param session the name of the scope
     * @param phase where it was
     * @param limit how long it may be there
     * @param transactional whether there is a transaction around it
     * @param spent where the time was spent
     * @return an error that says so
     */
    public static TransactionTimeoutException byWatch(
            String session, LifePhase phase, Duration limit, boolean transactional, String spent) {
        return new TransactionTimeoutException(
                session,
                phase,
                limit,
                transactional,
                spent(
                                "ended by the watch, because it was in " + phase + " for longer than "
                                        + limit.toMillis() + " ms",
                                transactional,
                                spent)
                        + ". Shorten what took longest, or raise endAfter() of WatchOptions.");
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
                true,
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
     *     otherwise {@link TransactionOutcome#ROLLED_BACK}; {@code null} where there is no transaction
     */
    @Override
    public @Nullable TransactionOutcome outcome() {
        if (!transactional) {
            return null;
        }
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
     * @return what was given to {@code timeout}, here or by a scope around this one, or to the watch; or the time for a nested scope to
     *     be let in
     */
    public Duration limit() {
        return limit;
    }
}
