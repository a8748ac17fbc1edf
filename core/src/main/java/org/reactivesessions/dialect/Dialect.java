package org.reactivesessions.dialect;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Option;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcTimeoutException;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.TransactionDefinition;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.wire.GatedConnection;
import org.reactivesessions.wire.StatementGate;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * How one database begins, commits, rolls back and is wrapped: the only seam between this library and a database.
 *
 * <p><strong>Subscription:</strong> every publisher returned here is cold, is subscribed once, on the connection's
 * executor, enqueues its message before {@code subscribe} returns, and is never cancelled: the scope waits for its answer
 * or destroys the connection. <strong>Threads:</strong> implementations are thread-safe and shared by all scopes.
 *
 * @since 0.1
 */
public interface Dialect {

    /**
     * Refuses what this dialect cannot do, so that nothing is accepted and ignored. Called when a transaction is assembled,
     * before a connection is asked for.
     *
     * <p>Here: all that goes beyond isolation level, access mode and deferrability, because a driver ignores the attributes it
     * does not know.
     *
     * @param definition what the user asks for; {@link TransactionAttributes#TRANSACTION_TIMEOUT} is not part of it
     * @throws UnsupportedOperationException if it asks for something this dialect cannot do
     * @throws IllegalArgumentException if a setting's name or value cannot be what it is
     */
    default void requireSupported(TransactionDefinition definition) {
        requireAbsent(definition, TransactionAttributes.STATEMENT_TIMEOUT, "statementTimeout");
        requireAbsent(definition, TransactionDefinition.LOCK_WAIT_TIMEOUT, "lockTimeout");
        requireAbsent(definition, TransactionAttributes.IDLE_TIMEOUT, "idleTimeout");
        requireAbsent(definition, TransactionAttributes.SETTINGS, "setting");
    }

    private void requireAbsent(TransactionDefinition definition, Option<?> option, String called) {
        if (definition.getAttribute(option) != null) {
            throw new UnsupportedOperationException(definition.getAttribute(TransactionDefinition.NAME) + ": " + called
                    + " was asked for, but " + getClass().getSimpleName() + " cannot do it, nothing was sent. Leave it"
                    + " out, or use the dialect of your database.");
        }
    }

    /**
     * Sends BEGIN and everything that belongs to it as one message.
     *
     * @param physical the driver's connection, outside a transaction
     * @param definition what to begin; a scope's has isolation level, access mode and deferrability always set, that of a
     *     library on {@code connectionFactory()} may lack any of them
     * @return a publisher that completes when the transaction is open, or fails when all of the message was answered, so that
     *     {@link #inTransaction} tells what the message has left behind
     */
    Publisher<Void> begin(Connection physical, TransactionDefinition definition);

    /**
     * Sends COMMIT, in a form that tells a database's ROLLBACK from its COMMIT.
     *
     * @param physical the driver's connection
     * @return a publisher that completes if and only if the transaction is durable
     */
    Publisher<Void> commit(Connection physical);

    /**
     * Sends ROLLBACK, whatever the driver believes about its status.
     *
     * @param physical the driver's connection
     * @return a publisher that completes when nothing of the transaction is left
     */
    Publisher<Void> rollback(Connection physical);

    /**
     * Sends SAVEPOINT.
     *
     * @param physical the driver's connection, inside a transaction
     * @param name a plain identifier
     * @return a publisher that completes when the savepoint is set
     */
    default Publisher<Void> savepoint(Connection physical, String name) {
        return statement(physical, "SAVEPOINT " + name);
    }

    /**
     * Sends RELEASE SAVEPOINT.
     *
     * @param physical the driver's connection, inside a transaction
     * @param name the name of a savepoint
     * @return a publisher that completes when the savepoint is forgotten and what followed it is part of the transaction
     */
    default Publisher<Void> releaseSavepoint(Connection physical, String name) {
        return statement(physical, "RELEASE SAVEPOINT " + name);
    }

    /**
     * Sends ROLLBACK TO SAVEPOINT, and forgets the savepoint.
     *
     * @param physical the driver's connection, inside a transaction
     * @param name the name of a savepoint
     * @return a publisher that completes when nothing is left of what followed the savepoint
     */
    default Publisher<Void> rollbackToSavepoint(Connection physical, String name) {
        return Mono.fromDirect(undoToSavepoint(physical, name)).then(Mono.fromDirect(releaseSavepoint(physical, name)));
    }

    /**
     * Sends ROLLBACK TO SAVEPOINT; the savepoint stays.
     *
     * @param physical the driver's connection, inside a transaction
     * @param name the name of a savepoint
     * @return a publisher that completes when nothing is left of what followed the savepoint
     */
    default Publisher<Void> undoToSavepoint(Connection physical, String name) {
        return statement(physical, "ROLLBACK TO SAVEPOINT " + name);
    }

    /**
     * Asks the server, past the connection, to cancel the statement that runs on it. Like no other publisher of a dialect it may
     * be subscribed more than once, on any thread.
     *
     * @param physical the driver's connection, whose transaction was begun and whose COMMIT was not sent
     * @return a publisher that completes when the request can have no effect any more that it has not had; one that fails, or
     *     does not complete in time, costs the connection; here: {@code null}, the database cannot be asked
     */
    default @Nullable Publisher<Void> cancelRequest(Connection physical) {
        return null;
    }

    /**
     * Returns how a cursor is read.
     *
     * @return the texts, or {@code null} if the database has no cursors in SQL
     */
    default @Nullable CursorTexts cursors() {
        return null;
    }

    /**
     * Tells what an error says, by where it was seen, its SQLSTATE and its severity. The class of a driver's exception decides
     * nothing where there is a SQLSTATE.
     *
     * @param phase where it was seen: {@code ACQUIRING} while a connection was opened, {@code BEGINNING} in place of the answer
     *     to BEGIN, {@code ACTIVE} as the error of a statement or of the function, {@code COMMITTING} in place of the answer
     *     to COMMIT
     * @param error the driver's; of a transaction its first one, because those behind it say only that there was one
     * @return its class; here, of the SQL standard: class 08 is {@link FailureClass#OUTAGE}, class 28 while connecting {@link
     *     FailureClass#REFUSAL}, 40001 {@link FailureClass#SERIALIZATION}, 25006 {@link FailureClass#READ_ONLY}; of errors
     *     without a SQLSTATE, a time limit and an error of the network are {@link FailureClass#OUTAGE}; everything else is
     *     {@link FailureClass#OTHER}
     */
    default FailureClass classify(LifePhase phase, Throwable error) {
        String state = error instanceof R2dbcException known ? known.getSqlState() : null;
        if (state == null) {
            return isUnanswered(error) ? FailureClass.OUTAGE : FailureClass.OTHER;
        }
        if (state.startsWith("08") && !state.equals("08007")) { // which is a transaction in doubt
            return FailureClass.OUTAGE;
        }
        if (state.startsWith("28") && phase == LifePhase.ACQUIRING) {
            return FailureClass.REFUSAL;
        }
        return switch (state) {
            case "40001" -> FailureClass.SERIALIZATION;
            case "25006" -> FailureClass.READ_ONLY;
            default -> FailureClass.OTHER;
        };
    }

    private static boolean isUnanswered(Throwable error) {
        return error instanceof R2dbcTimeoutException
                || error instanceof IOException
                || error instanceof TimeoutException;
    }

    /**
     * Says more about an error of a statement than the driver does.
     *
     * @param session the name of the scope
     * @param error the driver's
     * @return the same error, or one of the same R2DBC category whose cause it is; here: the same
     */
    default Throwable describe(String session, Throwable error) {
        return error;
    }

    /**
     * Returns the query that shows whether the database answers, and whether it takes writes.
     *
     * @return a SELECT of one row; its first column may say that it is a standby, its second that writes are refused, both
     *     as boolean; here: {@code SELECT 1}, which says neither
     */
    default String healthQuery() {
        return "SELECT 1";
    }

    /**
     * Returns the query for the moment at which the running transaction began.
     *
     * @return a SELECT of one timestamp with time zone, the same throughout a transaction
     */
    default String transactionTimestamp() {
        return "SELECT CURRENT_TIMESTAMP";
    }

    /**
     * Sends something that changes nothing, and whose answer shows that the database is done with all before it.
     *
     * @param physical the driver's connection, outside a transaction
     * @return a publisher that completes when it was answered
     */
    default Publisher<Void> barrier(Connection physical) {
        return statement(physical, "SELECT 1");
    }

    private static Mono<Void> statement(Connection physical, String sql) {
        return Flux.defer(() -> physical.createStatement(sql).execute())
                .concatMap(Result::getRowsUpdated)
                .then();
    }

    /**
     * Returns the query that asks a new connection by which number the server knows it, so that an operator finds it there.
     *
     * @return a SELECT of one row with one whole number, or {@code null} if there is no such number, or not one for the whole
     *     life of a connection; here: {@code null}
     */
    default @Nullable String backendQuery() {
        return null;
    }

    /**
     * Returns how the connections of this dialect are kept from writing where no transaction was begun for it.
     *
     * @return what keeps them, or {@code null} if nothing does; then nothing is sent before BEGIN was answered
     */
    default @Nullable WriteGuard guard() {
        return null;
    }

    /**
     * Tells whether {@link #begin} of a read-write transaction is answered well although an operator has made the database
     * read-only. Then {@link #healthQuery} is asked once a second, and read-write transactions are refused while it says that
     * writes are.
     *
     * @return whether it is; here: {@code false}
     */
    default boolean overridesReadOnly() {
        return false;
    }

    /**
     * Tells whether the time limit of a transaction is to be given to {@link #begin} as well, as limits of the server's.
     *
     * @return whether {@link #begin} knows the limits of {@link TransactionAttributes}; here: {@code false}
     */
    default boolean limitsTime() {
        return false;
    }

    /**
     * Returns how transactions leave a mark by which their outcome can be found out later.
     *
     * @return what leaves it; here: {@code null}, nothing does
     */
    default @Nullable CommitMarker marker() {
        return null;
    }

    /**
     * Returns how a connection is reset at the end of a scope.
     *
     * @return what resets it; here: {@code null}, nothing does, so one that has to be reset is destroyed
     */
    default @Nullable SessionReset sessionReset() {
        return null;
    }

    /**
     * Tells whether the last answer left the connection inside a transaction. Answered from memory.
     *
     * @param physical the driver's connection
     * @return whether a transaction is open or failed
     */
    boolean inTransaction(Connection physical);

    /**
     * Tells whether the server itself reported an error and is ready for the next command, as opposed to a lost connection
     * or an error of this process.
     *
     * @param error what BEGIN was answered with
     * @return whether the connection can still be trusted
     */
    boolean isServerError(Throwable error);

    /**
     * Classifies the failure of COMMIT.
     *
     * @param error what {@link #commit} signalled
     * @return what it says; {@link CommitAnswer#UNKNOWN} when in doubt
     */
    CommitAnswer commitAnswer(Throwable error);

    /**
     * Returns the value that binds SQL NULL without a type.
     *
     * @return a value for {@code Statement.bind}
     */
    Object nullParameter();

    /**
     * Wraps the driver's connection for a function.
     *
     * @param physical the driver's connection
     * @param gate the gate of the scope, which every publisher that can put a message on the wire has to pass
     * @param definition what the transaction was begun with
     * @return the façade
     */
    GatedConnection wrap(Connection physical, StatementGate gate, TransactionDefinition definition);
}
