package org.reactivesessions.scripted;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.TransactionDefinition;
import org.reactivesessions.dialect.WriteGuard;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * A guard that is always up, on connections that may be used before COMMIT is answered. Immutable and thread-safe.
 *
 * @param fresh whether a BEGIN behind COMMIT opens a transaction of its own
 */
public record OverlappingGuard(boolean fresh) implements WriteGuard {

    public OverlappingGuard() {
        this(true);
    }

    @Override
    public Publisher<Boolean> isUp(Connection physical) {
        return Mono.just(true);
    }

    @Override
    public Publisher<Boolean> beginAndLook(Connection physical, TransactionDefinition definition) {
        return Mono.fromDirect(physical.beginTransaction(definition)).thenReturn(true);
    }

    @Override
    public boolean overlaps() {
        return true;
    }

    @Override
    public Publisher<Boolean> beginBehindCommit(Connection physical, TransactionDefinition definition) {
        return ((ScriptedConnection) physical).beginBehindCommit().thenReturn(fresh);
    }

    @Override
    public Publisher<Void> lower(Connection physical) {
        return Mono.empty();
    }

    @Override
    public Publisher<Void> raise(Connection physical) {
        return Mono.empty();
    }
}
