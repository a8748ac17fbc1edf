package org.reactivesessions.scripted;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.TransactionDefinition;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.dialect.CommitAnswer;
import org.reactivesessions.dialect.CommitMarker;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.dialect.FailureClass;
import org.reactivesessions.dialect.SessionReset;
import org.reactivesessions.dialect.StandardDialect;
import org.reactivesessions.dialect.WriteGuard;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.wire.GatedConnection;
import org.reactivesessions.wire.StatementGate;
import org.reactivestreams.Publisher;

/** Plain R2DBC, except for what a test replaces. As thread-safe as the replacements. */
public final class ScriptedDialect implements Dialect {

    private final Dialect standard = new StandardDialect();
    private volatile Function<Throwable, CommitAnswer> commitAnswer = standard::commitAnswer;
    private volatile Predicate<Connection> inTransaction = standard::inTransaction;
    private volatile Predicate<Throwable> serverError = standard::isServerError;
    private volatile BiFunction<LifePhase, Throwable, FailureClass> classified = standard::classify;
    private volatile Function<Connection, Publisher<Void>> commit = standard::commit;
    private volatile Function<Connection, @Nullable Publisher<Void>> cancelRequest = standard::cancelRequest;
    private volatile Consumer<TransactionDefinition> support = standard::requireSupported;
    private volatile @Nullable WriteGuard guard;
    private volatile @Nullable CommitMarker marker;
    private volatile @Nullable SessionReset sessionReset;
    private volatile Runnable onGuard = () -> {};
    private volatile Consumer<StatementGate> onGate = gate -> {};
    private volatile Function<GatedConnection, GatedConnection> wrapped = facade -> facade;

    /** Replaces what the failure of COMMIT says. */
    public ScriptedDialect commitAnswer(Function<Throwable, CommitAnswer> replacement) {
        commitAnswer = replacement;
        return this;
    }

    /** Replaces whether a connection is inside a transaction. */
    public ScriptedDialect inTransaction(Predicate<Connection> replacement) {
        inTransaction = replacement;
        return this;
    }

    /** Replaces whether an error is the server's. */
    public ScriptedDialect serverError(Predicate<Throwable> replacement) {
        serverError = replacement;
        return this;
    }

    /** Replaces COMMIT. */
    public ScriptedDialect commit(Function<Connection, Publisher<Void>> replacement) {
        commit = replacement;
        return this;
    }

    /** Accepts every option, as the dialect of a database that has them would. */
    public ScriptedDialect supportsEverything() {
        support = definition -> {};
        return this;
    }

    /** Replaces the façade. */
    public ScriptedDialect wrapped(Function<GatedConnection, GatedConnection> replacement) {
        wrapped = replacement;
        return this;
    }

    /** Resets connections. */
    public ScriptedDialect sessionReset(SessionReset replacement) {
        sessionReset = replacement;
        return this;
    }

    @Override
    public @Nullable SessionReset sessionReset() {
        return sessionReset;
    }

    /** Gives a test the gate of every scope. */
    public ScriptedDialect onGate(Consumer<StatementGate> replacement) {
        onGate = replacement;
        return this;
    }

    /** Replaces how the server is asked to cancel. */
    public ScriptedDialect cancelRequest(Function<Connection, @Nullable Publisher<Void>> replacement) {
        cancelRequest = replacement;
        return this;
    }

    /** Leaves commit markers, or none. */
    public ScriptedDialect marker(@Nullable CommitMarker replacement) {
        marker = replacement;
        return this;
    }

    /** Guards connections; before the first is opened. */
    public ScriptedDialect guard(WriteGuard replacement) {
        guard = replacement;
        return this;
    }

    /** Runs something whenever the guard is asked for. */
    public ScriptedDialect onGuard(Runnable replacement) {
        onGuard = replacement;
        return this;
    }

    /** Replaces what errors say. */
    public ScriptedDialect classified(BiFunction<LifePhase, Throwable, FailureClass> replacement) {
        classified = replacement;
        return this;
    }

    /** Lets these errors say the same, wherever they are seen, and all others nothing. */
    public ScriptedDialect classified(FailureClass as, Predicate<Throwable> errors) {
        return classified((phase, error) -> errors.test(error) ? as : FailureClass.OTHER);
    }

    @Override
    public @Nullable CommitMarker marker() {
        return marker;
    }

    @Override
    public @Nullable WriteGuard guard() {
        onGuard.run();
        return guard;
    }

    @Override
    public FailureClass classify(LifePhase phase, Throwable error) {
        return classified.apply(phase, error);
    }

    @Override
    public void requireSupported(TransactionDefinition definition) {
        support.accept(definition);
    }

    @Override
    public Publisher<Void> begin(Connection physical, TransactionDefinition definition) {
        return standard.begin(physical, definition);
    }

    @Override
    public Publisher<Void> commit(Connection physical) {
        return commit.apply(physical);
    }

    @Override
    public Publisher<Void> rollback(Connection physical) {
        return standard.rollback(physical);
    }

    @Override
    public @Nullable Publisher<Void> cancelRequest(Connection physical) {
        return cancelRequest.apply(physical);
    }

    @Override
    public boolean inTransaction(Connection physical) {
        return inTransaction.test(physical);
    }

    @Override
    public boolean isServerError(Throwable error) {
        return serverError.test(error);
    }

    @Override
    public CommitAnswer commitAnswer(Throwable error) {
        return commitAnswer.apply(error);
    }

    @Override
    public Object nullParameter() {
        return standard.nullParameter();
    }

    @Override
    public GatedConnection wrap(Connection physical, StatementGate gate, TransactionDefinition definition) {
        onGate.accept(gate);
        return wrapped.apply(standard.wrap(physical, gate, definition));
    }
}
