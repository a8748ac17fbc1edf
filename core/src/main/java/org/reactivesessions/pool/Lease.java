package org.reactivesessions.pool;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Wrapped;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.reactivesessions.wire.WireExecutor;
import reactor.core.publisher.Mono;

/**
 * The right to use one physical connection until it is given back or destroyed, which happens at most once.
 *
 * <p><strong>Ownership:</strong> whoever got it from an {@link Acquisition} ends it by {@link #release} or {@link #destroy}.
 * <strong>Threads:</strong> thread-safe.
 *
 * @since 0.1
 */
public final class Lease {

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

    private final Connection pooled;
    private final PhysicalConnection physical;
    private final AtomicBoolean over = new AtomicBoolean();

    Lease(Connection pooled, String holder) {
        this.pooled = pooled;
        this.physical = (PhysicalConnection) ((Wrapped<?>) pooled).unwrap();
        physical.heldBy(holder);
    }

    /**
     * Returns the driver's connection, below the pool's wrapper.
     *
     * @return the connection; its {@code close()} closes it physically
     */
    public Connection connection() {
        return physical.driver();
    }

    /**
     * Returns the executor on which everything that touches the connection runs.
     *
     * @return one per physical connection
     */
    public WireExecutor executor() {
        return physical.executor();
    }

    /**
     * Returns the isolation level of a transaction that names none.
     *
     * @return the level the server reported when the connection was opened
     */
    public IsolationLevel defaultIsolation() {
        return physical.defaultIsolation();
    }

    /**
     * Tells whether the socket is open, as far as this process knows.
     *
     * @return {@code false} once the connection is known to be lost
     */
    public boolean isOpen() {
        return physical.isOpen();
    }

    /**
     * Gives the connection back to the pool, which destroys it instead if it is closed or inside a transaction.
     *
     * @return a cold mono, effective at its first subscription and for the first of {@code release} and {@code destroy};
     *     must not be cancelled
     */
    public Mono<Void> release() {
        return Mono.defer(() -> {
            if (!over.compareAndSet(false, true)) {
                return Mono.empty();
            }
            physical.free(); // before the next borrower can have it
            return Mono.fromDirect(pooled.close());
        });
    }

    /**
     * Closes the connection physically, which fails every command that waits on it, and gives its place in the pool back.
     *
     * @return a cold mono, effective at its first subscription and for the first of {@code release} and {@code destroy};
     *     it waits for the physical close for at most 2 s; must not be cancelled
     */
    public Mono<Void> destroy() {
        return Mono.defer(() -> {
            if (!over.compareAndSet(false, true)) {
                return Mono.empty();
            }
            physical.condemn();
            physical.free();
            return Mono.fromDirect(physical.close())
                    .timeout(CLOSE_LIMIT)
                    .onErrorComplete()
                    .then(Mono.defer(() -> Mono.fromDirect(pooled.close())));
        });
    }
}
