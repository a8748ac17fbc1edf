package org.reactivesessions.spring;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.transaction.Propagation;
import org.reactivesessions.transaction.TransactionOptions;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.reactive.AbstractReactiveTransactionManager;
import org.springframework.transaction.reactive.GenericReactiveTransaction;
import org.springframework.transaction.reactive.TransactionSynchronizationManager;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/**
 * Sessions as a transaction manager of Spring's: what makes {@link SessionsTransactionInterceptor} run methods on {@code
 * withTransaction}, and by itself the fallback for code that asks for a manager, such as {@code TransactionalOperator.create(manager)}.
 *
 * <p><strong>Limits of the fallback:</strong> Spring begins and ends its transaction in {@code usingWhen}. What happens inside the
 * transaction is the sessions' then, and so is its end once it is asked for; but a cancel that meets {@code usingWhen} between two of
 * its steps is Spring's affair, and a transaction it has lost sight of stays open until its {@code timeout} or until {@code
 * watch-end-after} ends it. Use {@link SessionsTransactionalOperator}, or {@code @Transactional} with the interceptor, which have no
 * such step. Thread-safe.
 *
 * @since 0.1
 */
@SuppressWarnings("serial") // as its parent, which is serializable for what nobody does
public final class SessionsTransactionManager extends AbstractReactiveTransactionManager {

    private final transient SpringSessions sessions;

    /**
     * Creates a manager.
     *
     * @param sessions whose transactions they are
     */
    public SessionsTransactionManager(SpringSessions sessions) {
        this.sessions = Objects.requireNonNull(sessions, "sessions must not be null");
    }

    SpringSessions sessions() {
        return sessions;
    }

    /** What Spring hands from step to step. */
    private static final class Handle {

        private @Nullable SessionHolder around;
        private @Nullable SessionHolder replaced;
        private @Nullable OpenTransaction open;

        Handle(@Nullable SessionHolder around) {
            this.around = around;
        }
    }

    @Override
    protected Object doGetTransaction(TransactionSynchronizationManager synchronizations) {
        return new Handle(
                synchronizations.getResource(sessions.factory()) instanceof SessionHolder holder ? holder : null);
    }

    @Override
    protected boolean isExistingTransaction(Object transaction) {
        return ((Handle) transaction).around != null;
    }

    @Override
    protected Mono<Void> doBegin(
            TransactionSynchronizationManager synchronizations, Object transaction, TransactionDefinition definition) {
        Handle handle = (Handle) transaction;
        return Mono.deferContextual(subscriber -> {
            SessionHolder around = handle.around;
            boolean nested =
                    around != null && definition.getPropagationBehavior() == TransactionDefinition.PROPAGATION_NESTED;
            TransactionOptions options = Terms.options(definition, null);
            OpenTransaction open = new OpenTransaction();
            Context context = Context.of(subscriber);
            if (around != null) {
                context = nested ? around.enter(context) : around.leave(context);
            }
            return open.begin(sessions.bare(), nested ? options.propagation(Propagation.NESTED) : options, context)
                    .doOnNext(holder -> {
                        handle.open = open;
                        if (nested) {
                            handle.replaced = (SessionHolder) synchronizations.unbindResource(sessions.factory());
                        }
                        handle.around = holder;
                        synchronizations.bindResource(sessions.factory(), holder);
                    })
                    .doOnCancel(open::abandon)
                    .onErrorMap(error -> new CannotCreateTransactionException(
                            "Could not begin the transaction: " + error.getMessage(), error))
                    .then();
        });
    }

    @Override
    protected Mono<Object> doSuspend(TransactionSynchronizationManager synchronizations, Object transaction) {
        return Mono.fromSupplier(() -> synchronizations.unbindResource(sessions.factory()));
    }

    @Override
    protected Mono<Void> doResume(
            TransactionSynchronizationManager synchronizations, @Nullable Object transaction, Object suspended) {
        return Mono.fromRunnable(() -> synchronizations.bindResource(sessions.factory(), suspended));
    }

    @Override
    protected Mono<Void> doCommit(
            TransactionSynchronizationManager synchronizations, GenericReactiveTransaction status) {
        Handle handle = (Handle) status.getTransaction();
        return Mono.defer(() -> {
                    SessionHolder holder = Objects.requireNonNull(handle.around);
                    OpenTransaction open = Objects.requireNonNull(handle.open);
                    if (holder.isRollbackOnly()) {
                        return open.rollBack()
                                .then(Mono.error(new UnexpectedRollbackException(
                                        "A part of the transaction has failed, so it was rolled back")));
                    }
                    return open.commit();
                })
                .onErrorMap(EndErrors::translated);
    }

    @Override
    protected Mono<Void> doRollback(
            TransactionSynchronizationManager synchronizations, GenericReactiveTransaction status) {
        Handle handle = (Handle) status.getTransaction();
        return Mono.defer(() -> Objects.requireNonNull(handle.open).rollBack()).onErrorMap(EndErrors::translated);
    }

    @Override
    protected Mono<Void> doSetRollbackOnly(
            TransactionSynchronizationManager synchronizations, GenericReactiveTransaction status) {
        Handle handle = (Handle) status.getTransaction();
        return Mono.fromRunnable(() -> Objects.requireNonNull(handle.around).setRollbackOnly());
    }

    @Override
    protected Mono<Void> doCleanupAfterCompletion(
            TransactionSynchronizationManager synchronizations, Object transaction) {
        Handle handle = (Handle) transaction;
        return Mono.fromRunnable(() -> {
            synchronizations.unbindResourceIfPossible(sessions.factory());
            if (handle.replaced != null) {
                synchronizations.bindResource(sessions.factory(), handle.replaced);
            }
        });
    }
}
