package org.reactivesessions.transaction;

import org.jspecify.annotations.Nullable;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.pool.Lease;
import org.reactivesessions.wire.StatementGate;
import reactor.core.publisher.Mono;

/**
 * A connection in the hands of somebody who begins and ends transactions by himself. Whatever he leaves behind is rolled
 * back, but nothing of his is cancelled on the server: it may be a COMMIT. Thread-safe.
 */
final class LentConnection extends SessionConnection {

    LentConnection(Lease lease, Dialect dialect, TransactionOptions options, StatementGate gate) {
        super(lease, dialect, options, gate, null);
    }

    /** He may go whenever he likes. */
    @Override
    @Nullable
    Verdict obstacle(String name) {
        return null;
    }

    /** A BEGIN that was cancelled may still be answered, so the driver's word that there is no transaction proves nothing. */
    @Override
    Mono<Void> settle() {
        return gate().isInterrupted() || inTransaction()
                ? Mono.fromDirect(dialect().rollback(lease().connection()))
                : Mono.empty();
    }
}
