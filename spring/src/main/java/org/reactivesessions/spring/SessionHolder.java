package org.reactivesessions.spring;

import io.r2dbc.spi.Connection;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.Session;
import org.springframework.r2dbc.connection.ConnectionHolder;
import org.springframework.transaction.reactive.TransactionContext;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * The connection of a session where Spring looks for that of its transaction. Whoever asks for it and gives it back as often as
 * he likes: it stays the session's. Thread-safe.
 */
final class SessionHolder extends ConnectionHolder {

    private final Session session;
    private final ContextView outside;
    private final ContextView inside;

    /**
     * @param outside what was around the transaction
     * @param inside what is inside it, the scope among it
     */
    SessionHolder(Session session, ContextView outside, ContextView inside) {
        super(session.connection(), true);
        this.session = session;
        this.outside = outside;
        this.inside = inside;
        setSynchronizedWithTransaction(true);
    }

    /** The one of the transaction around, {@code null} if there is none or it is somebody else's. */
    static @Nullable SessionHolder in(@Nullable TransactionContext context, Object key) {
        return context != null && context.getResources().get(key) instanceof SessionHolder holder ? holder : null;
    }

    Session session() {
        return session;
    }

    @Override
    public void released() {
        // The scope gives it back.
    }

    @Override
    protected boolean hasConnection() {
        return true;
    }

    @Override
    public Connection getConnection() {
        return session.connection();
    }

    /** A Context in which the scope is not around. */
    Context leave(Context context) {
        Context left = context;
        for (Object key : inside.stream().map(Map.Entry::getKey).toList()) {
            if (isOfScope(key)) {
                left = left.delete(key);
            }
        }
        return left;
    }

    /** A Context in which the scope is around. */
    Context enter(Context context) {
        Context entered = context;
        for (Map.Entry<Object, Object> entry : inside.stream().toList()) {
            if (isOfScope(entry.getKey())) {
                entered = entered.put(entry.getKey(), entry.getValue());
            }
        }
        return entered;
    }

    private boolean isOfScope(Object key) {
        return outside.getOrDefault(key, null) != inside.get(key);
    }
}
