package org.reactivesessions.postgres.mutant;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.TransactionDefinition;
import org.reactivesessions.dialect.WriteGuard;
import org.reactivesessions.postgres.PostgresDialect;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** A guard that is taken for being up on connections that have none. Immutable and thread-safe. */
public final class ImaginaryGuard extends DelegatingDialect {

    /** Makes a dialect of PostgreSQL with it. */
    public ImaginaryGuard() {
        super(new PostgresDialect());
    }

    @Override
    public WriteGuard guard() {
        return new WriteGuard() {
            @Override
            public Publisher<Boolean> isUp(Connection physical) {
                return Mono.just(true);
            }

            @Override
            public Publisher<Boolean> beginAndLook(Connection physical, TransactionDefinition definition) {
                return Mono.fromDirect(begin(physical, definition)).thenReturn(true);
            }

            @Override
            public boolean overlaps() {
                return false;
            }

            @Override
            public Publisher<Boolean> beginBehindCommit(Connection physical, TransactionDefinition definition) {
                return beginAndLook(physical, definition);
            }

            @Override
            public Publisher<Void> lower(Connection physical) {
                return Mono.empty();
            }

            @Override
            public Publisher<Void> raise(Connection physical) {
                return Mono.empty();
            }
        };
    }
}
