package org.reactivesessions.pool;

import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.error.DatabaseRefusedException;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.FailureKind;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.pool.PoolShutdownException;

/** Says why there is no connection, and what to do about it. Thread-safe. */
final class AcquisitionErrors {

    private static final Logger log = LoggerFactory.getLogger("org.reactivesessions.pool");

    private static final int HOLDERS_NAMED = 3;

    private final PoolOptions options;
    private final Dialect dialect;
    private final PhysicalConnections connections;
    private final RoomToOpen room;
    private final Supplier<PoolStatus> status;

    AcquisitionErrors(
            PoolOptions options,
            Dialect dialect,
            PhysicalConnections connections,
            RoomToOpen room,
            Supplier<PoolStatus> status) {
        this.options = options;
        this.room = room;
        this.dialect = dialect;
        this.connections = connections;
        this.status = status;
    }

    /**
     * The answer to a scope whose wait for a connection is over. One that is on its way from one borrower to the next is in
     * nobody's use, but there.
     */
    Throwable timedOut(String who) {
        PoolStatus now = status.get();
        String figures = "no connection within " + options.acquireTimeout().toMillis() + " ms (max " + now.maxSize()
                + ", in use " + now.acquired() + ", waiting " + now.pending();
        if (room.isNarrowed()) {
            return new DatabaseUnavailableException(
                    FailureKind.SATURATED,
                    who,
                    figures + "; longest held by " + longestHolders()
                            + "). The database has no room for another connection; raise its limit, or lower maxSize here"
                            + " or elsewhere.",
                    null);
        }
        return connections.count() < now.maxSize()
                ? new DatabaseUnavailableException(
                        FailureKind.UNREACHABLE,
                        who,
                        figures + "). The pool has room, so the database did not accept a new connection in time; check"
                                + " that it is reachable.",
                        null)
                : new DatabaseUnavailableException(
                        FailureKind.SATURATED,
                        who,
                        figures + "; longest held by " + longestHolders()
                                + "). Raise maxSize or shorten what holds the connections.",
                        null);
    }

    /** The answer to a newcomer for whom there is no room to wait. */
    Throwable tooManyWait(String who) {
        return new DatabaseUnavailableException(
                FailureKind.SATURATED,
                who,
                "no connection: " + options.maxPending() + " scopes are waiting already, which is the limit (max "
                        + options.maxSize() + " connections, all in use; longest held by " + longestHolders()
                        + "). Raise maxSize or maxPending, or send less work.",
                null);
    }

    /** The answer to a newcomer who would wait for too long. */
    Throwable overloaded(String who, LoadShedding.Refusal refusal, Duration target, int waiting) {
        return new DatabaseUnavailableException(
                FailureKind.OVERLOADED,
                who,
                1,
                refusal.retryAfter(),
                "not begun: the wait for a connection would be about "
                        + refusal.expected().toMillis() + " ms, but "
                        + target.toMillis() + " ms is the target (waitTarget), which everybody has missed lately (max "
                        + options.maxSize() + ", waiting " + waiting + "; longest held by " + longestHolders()
                        + "). Send less, shorten what holds the connections, or try again after "
                        + Math.max(1, refusal.retryAfter().toMillis()) + " ms.",
                null);
    }

    /** Who has kept a connection longest, so that an operator knows where to look. */
    private String longestHolders() {
        String holders = connections.held().stream()
                .limit(HOLDERS_NAMED)
                .map(PhysicalConnection::describeHolder)
                .collect(Collectors.joining(", "));
        return holders.isEmpty() ? "nobody any more" : holders;
    }

    /** Total, because nobody else would tell the borrower: the dialect that is asked is foreign code. */
    Throwable translated(String who, Throwable error) {
        try {
            return inOurWords(who, error);
        } catch (Throwable thrown) {
            log.error("{}: an error could not be translated", who, thrown);
            return error;
        }
    }

    private Throwable inOurWords(String who, Throwable error) {
        if (error instanceof PoolShutdownException) {
            return new IllegalStateException(who + ": no connection: the pool is closed", error);
        }
        if (error instanceof TimeoutException) {
            return new DatabaseUnavailableException(
                    FailureKind.UNREACHABLE,
                    who,
                    "no connection: the database did not accept a new one within "
                            + options.createTimeout().toMillis() + " ms; check that it is reachable.",
                    error);
        }
        return switch (dialect.classify(LifePhase.ACQUIRING, error)) {
            case OUTAGE ->
                new DatabaseUnavailableException(
                        FailureKind.UNREACHABLE,
                        who,
                        "no connection: " + Reason.of(error) + ". Check that the database runs and is reachable.",
                        error);
            case REFUSAL -> refused(who, error, error instanceof R2dbcException known ? known.getSqlState() : null);
            default ->
                error instanceof R2dbcException
                        ? error
                        : new DatabaseUnavailableException(
                                FailureKind.REFUSED, who, "no connection: " + Reason.of(error), error);
        };
    }

    /** Without a SQLSTATE it was not the database that refused, but the connection that was not made to it. */
    private static DatabaseRefusedException refused(String who, Throwable error, @Nullable String state) {
        String message = state == null
                ? "no connection: " + Reason.of(error) + "; it is not tried again by itself."
                : "the database refused the connection: " + Reason.of(error)
                        + ". Correct user, password or database; it is not tried again by itself.";
        return new DatabaseRefusedException(who, message, state, error);
    }
}
