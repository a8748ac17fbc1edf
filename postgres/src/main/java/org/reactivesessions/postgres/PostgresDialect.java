package org.reactivesessions.postgres;

import io.r2dbc.postgresql.api.ErrorDetails;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.api.PostgresqlException;
import io.r2dbc.postgresql.codec.PostgresqlObjectId;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcRollbackException;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.TransactionDefinition;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.dialect.CommitAnswer;
import org.reactivesessions.dialect.CommitMarker;
import org.reactivesessions.dialect.CursorTexts;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.dialect.FailureClass;
import org.reactivesessions.dialect.SessionReset;
import org.reactivesessions.dialect.TransactionAttributes;
import org.reactivesessions.dialect.WriteGuard;
import org.reactivesessions.error.IntegrityViolationException;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.SessionFailure;
import org.reactivesessions.wire.GatedConnection;
import org.reactivesessions.wire.StatementGate;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * How PostgreSQL begins, commits, rolls back and is wrapped. Immutable and thread-safe.
 *
 * <p>BEGIN is one message with every mode spelled out and everything the transaction sets, none of which takes a snapshot;
 * it goes through the driver's own method if that can send it. So does COMMIT, because only {@code commitTransaction()} sees
 * that the server answered COMMIT with ROLLBACK. ROLLBACK goes as a statement, because
 * {@code rollbackTransaction()} sends nothing while the driver believes the connection idle, which it does until BEGIN is
 * answered.
 *
 * @since 0.1
 */
public final class PostgresDialect implements Dialect {

    /** Behind these severities the server closes the connection. */
    private static final Set<String> LAST_WORDS = Set.of("FATAL", "PANIC");

    /** A class of SQLSTATEs; the driver's exception of that name has others in it. */
    private static final String INTEGRITY_CONSTRAINT_VIOLATION = "23";

    private static final String CLOSED_BEFORE_SENDING = "Cannot exchange messages because the connection is closed";

    /**
     * The start-up parameters of a connection that refuses writes outside transactions. A connection opened with them is used
     * with what that allows, see {@link WriteGuard}; any other one is used without.
     *
     * <p>They hide what an operator sets for everybody, so give {@link
     * org.reactivesessions.ReactiveSessionsBuilder#healthConnections} a factory without them: on a connection with them the
     * database looks read-only, and every read-write transaction is refused.
     */
    public static final Map<String, String> GUARD_PARAMETERS = PostgresGuard.STARTUP_PARAMETERS;

    private final @Nullable WriteGuard guard;
    private final BooleanSupplier behindPooler;
    private final CommitMarker marker = new PostgresCommitMarker();

    /** Makes a dialect. Every connection is asked once whether it was opened with {@link #GUARD_PARAMETERS}. */
    public PostgresDialect() {
        this(new PostgresGuard(true), () -> false);
    }

    /**
     * @param guard {@code null} if no connection can have one
     * @param behindPooler whether a request to cancel may reach another server connection than the one it is meant for
     */
    PostgresDialect(@Nullable WriteGuard guard, BooleanSupplier behindPooler) {
        this.guard = guard;
        this.behindPooler = behindPooler;
    }

    @Override
    public @Nullable WriteGuard guard() {
        return guard;
    }

    /** Behind a pooler the session is not ours: the next statement may run on another one, and others use this one. */
    @Override
    public SessionReset sessionReset() {
        return physical -> behindPooler.getAsBoolean() ? Mono.empty() : PostgresReset.INSTANCE.reset(physical);
    }

    /** It needs what {@link CommitMarkerSchema} puts into the database. */
    @Override
    public CommitMarker marker() {
        return marker;
    }

    /** READ WRITE is spelled out in every BEGIN, which beats an operator's {@code default_transaction_read_only}. */
    @Override
    public boolean overridesReadOnly() {
        return true;
    }

    @Override
    public boolean limitsTime() {
        return true;
    }

    /** All of it can be done; settings are checked. */
    @Override
    public void requireSupported(TransactionDefinition definition) {
        Map<String, List<String>> settings = definition.getAttribute(TransactionAttributes.SETTINGS);
        if (settings != null) {
            settings.forEach(SettingName::require);
        }
    }

    @Override
    public Publisher<Void> begin(Connection physical, TransactionDefinition definition) {
        return BeginMessage.send(physical, definition);
    }

    @Override
    public Publisher<Void> commit(Connection physical) {
        return physical.commitTransaction();
    }

    @Override
    public Publisher<Void> rollback(Connection physical) {
        return Flux.from(physical.createStatement("ROLLBACK").execute())
                .concatMap(Result::getRowsUpdated)
                .then();
    }

    /** The driver's request completes when the server has closed its connection, by which time the backend has its signal. */
    @Override
    public @Nullable Publisher<Void> cancelRequest(Connection physical) {
        return behindPooler.getAsBoolean() ? null : ((PostgresqlConnection) physical).cancelRequest();
    }

    @Override
    public CursorTexts cursors() {
        return PostgresCursors.INSTANCE;
    }

    @Override
    public String transactionTimestamp() {
        return "SELECT pg_catalog.transaction_timestamp()";
    }

    /** As one message, and so one round trip. */
    @Override
    public Publisher<Void> rollbackToSavepoint(Connection physical, String name) {
        return Script.run(physical, "ROLLBACK TO SAVEPOINT " + name + "; RELEASE SAVEPOINT " + name);
    }

    /** The driver keeps the status of the last ReadyForQuery: idle, in a transaction, or in a failed one. */
    @Override
    public boolean inTransaction(Connection physical) {
        return !physical.isAutoCommit();
    }

    @Override
    public boolean isServerError(Throwable error) {
        return "ERROR".equals(severity(error));
    }

    /**
     * By what the server said. The driver signals the error of {@code commitTransaction()} only after ReadyForQuery, so an ERROR
     * is definite; FATAL, PANIC and a lost connection are not. Behind a FATAL there is no ReadyForQuery, so what is heard then
     * is the lost connection. The driver's own errors carry no severity.
     */
    @Override
    public CommitAnswer commitAnswer(Throwable error) {
        String severity = severity(error);
        if (error instanceof R2dbcRollbackException && (severity == null || severity.isEmpty())) {
            return CommitAnswer.ROLLED_BACK; // the driver's own error for the tag ROLLBACK
        }
        if (isServerError(error)) {
            return CommitAnswer.REFUSED;
        }
        if (severity != null && LAST_WORDS.contains(severity)) {
            return CommitAnswer.ENDED;
        }
        return neverSent(error) ? CommitAnswer.NOT_SENT : CommitAnswer.UNKNOWN;
    }

    /** The driver names a cause if the connection broke under the command, and none if it was closed before. */
    private static boolean neverSent(Throwable error) {
        String message = error.getMessage();
        return error instanceof R2dbcException
                && error.getCause() == null
                && message != null
                && message.contains(CLOSED_BEFORE_SENDING);
    }

    private static @Nullable String severity(Throwable error) {
        return error instanceof PostgresqlException server
                ? server.getErrorDetails().getSeverityNonLocalized()
                : null;
    }

    /** Names what the server named, which is more than the driver's message says. */
    @Override
    public Throwable describe(String session, Throwable error) {
        MessageRefusedException refused = refusedMessage(error);
        if (refused != null) {
            return refused.in(session, error);
        }
        if (!(error instanceof R2dbcException violation)
                || !(error instanceof PostgresqlException server)
                || !server.getErrorDetails().getCode().startsWith(INTEGRITY_CONSTRAINT_VIOLATION)) {
            return error;
        }
        ErrorDetails details = server.getErrorDetails();
        return new IntegrityViolationException(
                session,
                details.getConstraintName().orElse(null),
                details.getTableName().orElse(null),
                details.getColumnName().orElse(null),
                violation);
    }

    /**
     * By the SQLSTATE, the severity and the routine the server named. An error of this library that repeats the SQLSTATE of a
     * driver's error, its cause, is classified like that one. What this side refused is no outage if it would be the same the
     * next time.
     */
    @Override
    public FailureClass classify(LifePhase phase, Throwable error) {
        if (error instanceof ServerNotTrustedException) {
            return FailureClass.REFUSAL;
        }
        MessageRefusedException refused = refusedMessage(error);
        if (refused != null) {
            boolean always = refused.isByItsLength() && phase != LifePhase.ACQUIRING;
            return always ? FailureClass.OTHER : FailureClass.OUTAGE;
        }
        String state = error instanceof R2dbcException known ? known.getSqlState() : null;
        if (error instanceof PasswordSource.NoPasswordException) {
            return FailureClass.REFUSAL;
        }
        return state == null ? Dialect.super.classify(phase, error) : SqlState.classify(state, phase, details(error));
    }

    /** The driver says of it that the connection broke, and has what was refused as its cause. */
    private static @Nullable MessageRefusedException refusedMessage(Throwable error) {
        if (error instanceof MessageRefusedException itself) {
            return itself;
        }
        return error instanceof R2dbcException && error.getCause() instanceof MessageRefusedException cause
                ? cause
                : null;
    }

    private static @Nullable ErrorDetails details(Throwable error) {
        Throwable source = error instanceof SessionFailure ? error.getCause() : error;
        return source instanceof PostgresqlException server ? server.getErrorDetails() : null;
    }

    @Override
    public String healthQuery() {
        return "SELECT pg_catalog.pg_is_in_recovery(),"
                + " pg_catalog.current_setting('transaction_read_only')::pg_catalog.bool";
    }

    /** Behind a pooler it changes with every transaction. */
    @Override
    public @Nullable String backendQuery() {
        return behindPooler.getAsBoolean() ? null : "SELECT pg_catalog.pg_backend_pid()";
    }

    @Override
    public Object nullParameter() {
        return Parameters.in(PostgresqlObjectId.UNSPECIFIED);
    }

    @Override
    public GatedConnection wrap(Connection physical, StatementGate gate, TransactionDefinition definition) {
        return new PostgresGatedConnection((PostgresqlConnection) physical, gate, definition);
    }
}
