package org.reactivesessions.postgres.mutant;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.TransactionDefinition;
import java.util.function.Function;
import org.reactivesessions.dialect.Dialect;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * The mutant whose BEGIN can be cancelled: when the subscriber leaves, it is given up at once, as if it had been refused,
 * although it is on the wire; so the connection goes back, and the transaction opens behind its back. Thread-safe.
 */
public final class CancellableBegin extends BelievingDialect {

    private final Function<String, Mono<Void>> cancels;

    /**
     * Plants the error.
     *
     * @param cancels gives, for the name of a transaction, a mono that completes when its subscriber cancels
     */
    public CancellableBegin(Dialect delegate, Function<String, Mono<Void>> cancels) {
        super(delegate);
        this.cancels = cancels;
    }

    @Override
    public Publisher<Void> begin(Connection physical, TransactionDefinition definition) {
        String name = definition.getAttribute(TransactionDefinition.NAME);
        Mono<Void> givenUp = cancels.apply(String.valueOf(name)).then(Mono.error(GivenUp::new));
        return Mono.firstWithSignal(Mono.from(super.begin(physical, definition)), givenUp);
    }

    @Override
    public boolean isServerError(Throwable error) {
        return error instanceof GivenUp || super.isServerError(error);
    }

    private static final class GivenUp extends RuntimeException {

        private static final long serialVersionUID = 1L;

        GivenUp() {
            super("BEGIN was given up", null, false, false);
        }
    }
}
