package org.reactivesessions.spring;

import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.connection.ConnectionHolder;
import org.springframework.transaction.reactive.TransactionContext;
import org.springframework.transaction.reactive.TransactionContextManager;
import org.springframework.transaction.reactive.TransactionSynchronizationManager;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * What of Spring's transactions is around a subscriber.
 *
 * @param context Spring's own, {@code null} if there is none
 * @param holder what it has under the key of the connection factory, {@code null} if nothing
 */
record Surroundings(
        @Nullable TransactionContext context, @Nullable ConnectionHolder holder) {

    private static final Surroundings NOTHING = new Surroundings(null, null);

    static Surroundings of(ContextView subscriber, Object key) {
        Object context = subscriber.getOrDefault(TransactionContext.class, null);
        if (!(context instanceof TransactionContext spring)) {
            return NOTHING;
        }
        return new Surroundings(
                spring, spring.getResources().get(key) instanceof ConnectionHolder holder ? holder : null);
    }

    /** A new one of Spring's, which only it can make. */
    static TransactionContext newContext() {
        return TransactionContextManager.createTransactionContext()
                .apply(Context.empty())
                .get(TransactionContext.class);
    }

    static Context into(Context subscriber, TransactionContext context) {
        return subscriber.put(TransactionContext.class, context);
    }

    /** Whether there is a transaction on the connection factory, of whomever. */
    boolean isTransaction() {
        return holder != null && context != null && context.isActualTransactionActive();
    }

    /** Ours, {@code null} if there is none or it is somebody else's. */
    @Nullable
    SessionHolder ours() {
        return isTransaction() && holder instanceof SessionHolder session ? session : null;
    }

    /** A transaction that somebody else began, and will end. */
    boolean isForeign() {
        return isTransaction() && !(holder instanceof SessionHolder);
    }

    boolean isSynchronized() {
        return context != null && new TransactionSynchronizationManager(context).isSynchronizationActive();
    }
}
