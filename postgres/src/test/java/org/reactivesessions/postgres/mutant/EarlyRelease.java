package org.reactivesessions.postgres.mutant;

import io.r2dbc.spi.Connection;
import org.reactivesessions.dialect.Dialect;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * The mutant that does not wait for ROLLBACK's answer: it is sent, and the connection goes back while the driver still
 * believes the transaction open, so that the driver skips the next borrower's BEGIN. Thread-safe.
 */
public final class EarlyRelease extends BelievingDialect {

    public EarlyRelease(Dialect delegate) {
        super(delegate);
    }

    @Override
    public Publisher<Void> rollback(Connection physical) {
        return Mono.fromRunnable(() -> {
            Mono.from(delegate().rollback(physical)).onErrorComplete().subscribe();
            believeClosed(physical);
        });
    }
}
