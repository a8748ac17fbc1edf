package org.reactivesessions.transaction;

import io.r2dbc.spi.ConnectionFactory;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.wire.GatedConnection;
import org.reactivesessions.wire.StatementCall;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * An open scope, as its session and the scopes inside it see it.
 *
 * <p><strong>Ownership:</strong> belongs to the life that opened it. <strong>Threads:</strong> thread-safe.
 *
 * @param <S> what functions work with
 * @since 0.1
 */
public final class Scope<S> {

    private final Transactions<S> home;
    private final HeldConnection held;
    private final GatedConnection connection;
    private final Hooks hooks = new Hooks();
    private final @Nullable Scope<S> outer;
    private final AtomicReference<@Nullable Instant> started;
    private final int attempt;
    private final S session;

    Scope(
            Transactions<S> home,
            HeldConnection held,
            @Nullable Scope<S> outer,
            int attempt,
            Function<? super Scope<S>, ? extends S> sessions) {
        this.home = home;
        this.held = held;
        this.outer = outer;
        this.connection = held.facade();
        this.started = outer == null ? new AtomicReference<>() : outer.started;
        this.attempt = outer == null ? attempt : outer.attempt;
        this.session = sessions.apply(this);
    }

    /**
     * Returns the name of the scope whose connection it is, for messages.
     *
     * @return the name given by {@link TransactionOptions#named}, or the default name
     */
    public String name() {
        return held.definition().name();
    }

    /**
     * Tells which attempt of its transaction it is.
     *
     * @return 1 for the first
     */
    public int attempt() {
        return attempt;
    }

    /**
     * Returns the connection of the scope.
     *
     * @return the façade
     */
    public GatedConnection connection() {
        return connection;
    }

    /**
     * Runs a function from a savepoint on.
     *
     * @param name the name of the nested scope, for messages
     * @param function called once per subscription
     * @param <T> the type of the value
     * @return a cold mono that emits the value when the savepoint is released
     */
    public <T> Mono<T> nested(String name, Function<? super S, ? extends Publisher<? extends T>> function) {
        return home.nested(this, name, function);
    }

    /**
     * Registers what is done inside the transaction, before COMMIT is sent.
     *
     * @param hook makes what is subscribed; its error rolls back
     * @throws IllegalStateException if there is no transaction, or it has ended
     */
    public void beforeCommit(Supplier<? extends Publisher<?>> hook) {
        requireTransaction("beforeCommit");
        connection.requireOpen();
        hooks.beforeCommit(hook);
    }

    /**
     * Registers what is done when COMMIT was answered and the connection is back.
     *
     * @param hook makes what is subscribed
     * @throws IllegalStateException if there is no transaction, or it has ended
     */
    public void afterCommit(Supplier<? extends Publisher<?>> hook) {
        requireTransaction("afterCommit");
        connection.requireOpen();
        hooks.afterCommit(hook);
    }

    /**
     * Registers what is done when the work was undone and the connection is back.
     *
     * @param hook makes what is subscribed
     * @throws IllegalStateException if there is no transaction, or it has ended
     */
    public void afterRollback(Supplier<? extends Publisher<?>> hook) {
        requireTransaction("afterRollback");
        connection.requireOpen();
        hooks.afterRollback(hook);
    }

    /**
     * Tells when the transaction began, by the clock of the database.
     *
     * @return a cold mono, from memory once it was asked
     */
    public Mono<Instant> startedAt() {
        return Mono.defer(() -> {
            Instant known = started.get();
            if (known != null) {
                return Mono.just(known);
            }
            requireTransaction("startedAt");
            if (connection.isClosed()) {
                return Mono.error(
                        new IllegalStateException("startedAt() is known after the end of a transaction only if"
                                + " it was read inside; read it there once."));
            }
            return connection
                    .rows(
                            new StatementCall(held.dialect().transactionTimestamp(), false, statement -> {}),
                            row -> Objects.requireNonNull(row.get(0, OffsetDateTime.class))
                                    .toInstant())
                    .single()
                    .doOnNext(started::set);
        });
    }

    /**
     * Returns connections for libraries that manage their own and do not pass the Reactor Context: each is this scope's.
     *
     * @return a factory bound to this scope
     */
    public ConnectionFactory connectionFactory() {
        return new ScopedConnections<>(home, this);
    }

    private void requireTransaction(String what) {
        if (!held.isTransactional()) {
            throw new IllegalStateException(
                    what + " needs a transaction, but this session has none; use withTransaction.");
        }
    }

    HeldConnection held() {
        return held;
    }

    S session() {
        return session;
    }

    /** What is left to do before COMMIT; the hooks of a nested scope wait for the outer one's. */
    @Nullable
    Mono<Void> beforeCommit() {
        return outer == null ? hooks.takeBeforeCommit() : null;
    }

    /** Whether something is to be done once the outcome is known. */
    boolean hasAfterwards() {
        return hooks.hasAfterwards();
    }

    /** What is left to do once the outcome is known; a released savepoint hands its hooks to the outer scope. */
    @Nullable
    Mono<Void> afterwards(TransactionOutcome outcome) {
        return switch (outcome) {
            case COMMITTED -> {
                if (outer == null) {
                    yield hooks.takeAfterCommit();
                }
                outer.hooks.adopt(hooks);
                yield null;
            }
            case ROLLED_BACK -> hooks.takeAfterRollback();
            case NOT_STARTED, IN_DOUBT -> null;
        };
    }
}
