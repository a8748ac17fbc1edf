package org.reactivesessions.postgres.mutant;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.TransactionDefinition;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.reactivesessions.dialect.Dialect;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * A dialect that takes its own bookkeeping for the truth, instead of the status the server sent last: by itself harmless,
 * but it hides from pool and scope what a subclass does wrong. Thread-safe.
 */
abstract class BelievingDialect extends DelegatingDialect {

    private final Set<Connection> believedOpen = ConcurrentHashMap.newKeySet();

    BelievingDialect(Dialect delegate) {
        super(delegate);
    }

    @Override
    public Publisher<Void> begin(Connection physical, TransactionDefinition definition) {
        return Mono.from(super.begin(physical, definition)).doOnSuccess(begun -> believedOpen.add(physical));
    }

    @Override
    public Publisher<Void> commit(Connection physical) {
        return Mono.from(super.commit(physical)).doOnSuccess(committed -> believeClosed(physical));
    }

    @Override
    public Publisher<Void> rollback(Connection physical) {
        return Mono.from(super.rollback(physical)).doOnSuccess(rolledBack -> believeClosed(physical));
    }

    @Override
    public boolean inTransaction(Connection physical) {
        return believedOpen.contains(physical);
    }

    final void believeOpen(Connection physical) {
        believedOpen.add(physical);
    }

    final void believeClosed(Connection physical) {
        believedOpen.remove(physical);
    }
}
