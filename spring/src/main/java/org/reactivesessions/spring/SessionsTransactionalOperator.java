package org.reactivesessions.spring;

import java.util.Objects;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.reactive.TransactionCallback;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Spring's operator on {@code withTransaction}: its definitions, its synchronizations and its exceptions, and the sessions' way to
 * begin and to end, also when the subscriber cancels.
 *
 * <p>Of a definition everything is used: all seven propagations, isolation, {@code readOnly}, the name, and {@code timeout}, which
 * ends the whole transaction. {@code setRollbackOnly()} rolls back and lets the result through. An isolation level that the
 * transaction around does not have is refused.
 *
 * <p><strong>Subscription:</strong> every publisher is cold. <strong>Cancellation:</strong> as of
 * {@link org.reactivesessions.ReactiveSessions}. <strong>Threads:</strong> thread-safe.
 *
 * <p><strong>Signals</strong>, beside the errors of the work itself, which are never replaced: {@code
 * CannotCreateTransactionException} if it could not begin, {@code TransactionTimedOutException}, {@code UnexpectedRollbackException}
 * if a part of it had failed, {@code IllegalTransactionStateException} where it cannot be, and {@code DataAccessException} if COMMIT
 * failed; each has the sessions' own error as its cause.
 *
 * @since 0.1
 */
public final class SessionsTransactionalOperator implements TransactionalOperator {

    private final TransactionalWork work;

    private SessionsTransactionalOperator(TransactionalWork work) {
        this.work = work;
    }

    /**
     * Makes an operator with Spring's default definition.
     *
     * @param sessions whose transactions they are
     * @return an operator
     */
    public static SessionsTransactionalOperator of(SpringSessions sessions) {
        return of(sessions, TransactionDefinition.withDefaults());
    }

    /**
     * Makes an operator.
     *
     * @param sessions whose transactions they are
     * @param definition what they shall be; read once
     * @return an operator
     * @throws org.springframework.transaction.InvalidTimeoutException if its timeout cannot be one
     */
    public static SessionsTransactionalOperator of(SpringSessions sessions, TransactionDefinition definition) {
        Objects.requireNonNull(sessions, "sessions must not be null");
        Objects.requireNonNull(definition, "definition must not be null; use TransactionDefinition.withDefaults()");
        return new SessionsTransactionalOperator(new TransactionalWork(sessions, definition, null));
    }

    @Override
    public <T> Mono<T> transactional(Mono<T> mono) {
        return work.mono(error -> true, transaction -> mono);
    }

    @Override
    public <T> Flux<T> transactional(Flux<T> flux) {
        return work.flux(error -> true, transaction -> flux);
    }

    @Override
    public <T> Flux<T> execute(TransactionCallback<T> action) {
        return work.flux(error -> true, action::doInTransaction);
    }
}
