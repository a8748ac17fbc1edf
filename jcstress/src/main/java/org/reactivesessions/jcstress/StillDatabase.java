package org.reactivesessions.jcstress;

import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;

/** A database that answers everything at once, on the caller's thread, and counts. Thread-safe. */
public final class StillDatabase implements ConnectionFactory {

    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger commits = new AtomicInteger();
    private final AtomicInteger rollbacks = new AtomicInteger();

    /** How many connections were opened. */
    public int opened() {
        return opened.get();
    }

    /** How many transactions were committed. */
    public int commits() {
        return commits.get();
    }

    /** How many transactions were rolled back. */
    public int rollbacks() {
        return rollbacks.get();
    }

    void committed() {
        commits.incrementAndGet();
    }

    void rolledBack() {
        rollbacks.incrementAndGet();
    }

    @Override
    public Mono<StillConnection> create() {
        return Mono.fromSupplier(() -> {
            opened.incrementAndGet();
            return new StillConnection(this);
        });
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return () -> "still";
    }
}
