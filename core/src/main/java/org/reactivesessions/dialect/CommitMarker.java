package org.reactivesessions.dialect;

import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.UUID;
import org.reactivestreams.Publisher;

/**
 * A row that a transaction leaves behind for the case that the answer to its COMMIT is lost: whoever finds it knows that the
 * transaction is durable, and whoever puts another one in its place knows that it never will be.
 *
 * <p><strong>Subscription:</strong> as for {@link Dialect}: {@link #mark} is cold, subscribed once, on the connection's
 * executor, enqueues its message before {@code subscribe} returns, and is never cancelled. <strong>Threads:</strong>
 * implementations are thread-safe.
 *
 * @since 0.1
 */
public interface CommitMarker {

    /**
     * Returns the query that shows whether marks can be made: whether what they need is there, may be used, and agrees with
     * the clock of this process.
     *
     * @return a SELECT of one row and one text column: what is missing and what to do about it, or NULL if nothing is; it
     *     takes no lock
     */
    String readiness();

    /**
     * Makes a new token.
     *
     * @return a token that nobody can guess and nobody else makes; it carries the time of this process
     */
    UUID token();

    /**
     * Sends the marker, as the last message before COMMIT, which follows in the same flight.
     *
     * @param physical the driver's connection, inside a read-write transaction
     * @param token the transaction's own
     * @param within how long after the beginning of the transaction, both by the clock of the database, the marker may come:
     *     the time since BEGIN was sent, and the limit for COMMIT; later it fails
     * @param always whether the marker is written also by a transaction that has written nothing yet
     * @return a publisher that completes when the marker was written or was not needed; its error makes COMMIT fail
     */
    Publisher<Void> mark(Connection physical, UUID token, Duration within, boolean always);

    /**
     * Explains why the database refused a marker.
     *
     * @param error what {@link #mark} signalled
     * @return what has happened and what to do about it, as a clause that follows a colon
     */
    String refusal(Throwable error);

    /**
     * Returns the statement that decides a transaction whose outcome is in doubt: it puts a marker of its own in the place of
     * one that is not there. What it finds counts only once its own transaction, read-write and READ COMMITTED on a primary,
     * is committed. It may be run any number of times. While the transaction in doubt is still open it waits for its end, up
     * to the limit for locks.
     *
     * @param token the token of the transaction in doubt
     * @return a SELECT of one row and one boolean column: {@code true}, the transaction is durable; {@code false}, it will
     *     never be; NULL, it is too long ago, or its token is from a clock so far ahead that no marker was possible
     */
    String resolution(UUID token);

    /**
     * Returns the statement that forgets what is so old that nobody can be in doubt about it any more.
     *
     * @return a SELECT that takes a constant time and waits for no lock, to be run READ WRITE in a transaction of its own, an
     *     hour apart or less; if the rows are in use meanwhile it leaves them for the next time
     */
    String purge();

    /**
     * Returns the statement that claims the key of an operation, as the first one of its transaction. While another
     * transaction that has claimed it is open, it waits for its end, up to the limit for locks. Above READ COMMITTED it fails
     * with a serialization failure if that one commits; tried again it tells when.
     *
     * @return a SELECT of one row and one column of type timestamp with time zone, with the key as its only parameter, of
     *     index 0: NULL if the key was claimed, otherwise when it was claimed, by a transaction that
     *     is committed, or before in this one
     */
    String claim();
}
