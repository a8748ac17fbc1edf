package org.reactivesessions.spring;

import org.jspecify.annotations.Nullable;
import org.reactivesessions.Session;
import org.reactivesessions.error.CommitOutcomeUnknownException;
import org.reactivesessions.transaction.TransactionOptions;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.reactive.TransactionContext;
import org.springframework.transaction.reactive.TransactionSynchronization;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * One subscription of a transaction: from outside, where Spring does not know of it, to inside, where it does. Not thread-safe;
 * goes with the signals.
 */
final class Passage {

    /** Where the function finds it. */
    private static final Object KEY = Passage.class;

    private final Object factory;
    private final TransactionOptions options;
    private final ContextView outside;
    private @Nullable Synchronizations opened;

    /** @param factory the key under which Spring looks for the connection */
    Passage(Object factory, TransactionOptions options, ContextView outside) {
        this.factory = factory;
        this.options = options;
        this.outside = outside;
    }

    Context into(Context context) {
        return context.put(KEY, this);
    }

    static Passage in(ContextView context) {
        return context.get(KEY);
    }

    /** Whether Spring knows of a session already, because it is that of the transaction around. */
    boolean isKnown(Session session, ContextView inside) {
        SessionHolder holder = Surroundings.of(inside, factory).ours();
        return holder != null && holder.session() == session;
    }

    /**
     * Makes Spring know of a session.
     *
     * @param nested whether it is a savepoint in the transaction that Spring knows of
     * @return what is around the function's work
     */
    TransactionContext open(Session session, ContextView inside, boolean nested) {
        TransactionContext context = Surroundings.newContext();
        context.getResources().put(factory, new SessionHolder(session, outside, inside));
        context.setActualTransactionActive(true);
        context.setCurrentTransactionName(options.name());
        Surroundings surroundings = Surroundings.of(inside, factory);
        TransactionContext around = surroundings.context();
        if (nested && around != null && surroundings.ours() != null) {
            context.setCurrentTransactionReadOnly(around.isCurrentTransactionReadOnly());
            context.setCurrentTransactionIsolationLevel(around.getCurrentTransactionIsolationLevel());
            context.setSynchronizations(around.getSynchronizations());
            return context;
        }
        boolean readOnly = Terms.isReadOnly(options);
        context.setCurrentTransactionReadOnly(readOnly);
        int isolation = Terms.isolation(options);
        if (isolation != TransactionDefinition.ISOLATION_DEFAULT) {
            context.setCurrentTransactionIsolationLevel(isolation);
        }
        opened = new Synchronizations(session, context, readOnly);
        context.setSynchronizations(opened);
        return context;
    }

    /** Whoever wanted to hear of the end hears of it also if the session's hooks could not tell. */
    <T> Mono<T> failed(Throwable error) {
        Synchronizations all = opened;
        if (all == null || all.isEmpty()) {
            return Mono.error(error);
        }
        int status = error instanceof CommitOutcomeUnknownException
                ? TransactionSynchronization.STATUS_UNKNOWN
                : TransactionSynchronization.STATUS_ROLLED_BACK;
        return all.beforeCompletion().then(all.completed(status)).then(Mono.error(error));
    }
}
