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
                notWithin(limit, owner.equals(session) ? null : owner),
                spent + ". Raise timeout(), or shorten what took longest.");
    }

    private TransactionTimeoutException(
            String session, LifePhase phase, Duration limit, boolean transactional, String what, String spent) {
        super(Guidance.added(FailureKind.TIMEOUT, session + ": " + what + left(transactional) + " Spent: " + spent));
        this.session = session;
        this.phase = phase;
        this.limit = limit;
        this.transactional = transactional;
    }

    private static String notWithin(Duration limit, @Nullable String around) {
        return "not ended within " + limit.toMillis() + " ms"
                + (around == null ? "" : ", the limit of \"" + around + "\" around it");
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
                notWithin(limit, owner.equals(session) ? null : owner),
                spent + ". Raise timeout(), or shorten what took longest.");
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
                "ended by the watch, because it was in " + phase + " for longer than " + limit.toMillis() + " ms",
                spent + ". Shorten what took longest, or raise endAfter() of WatchOptions.");
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
     * @return what was given to {@code timeout}, here or by a scope around this one, or to the watch
     */
    public Duration limit() {
        return limit;
    }
}
