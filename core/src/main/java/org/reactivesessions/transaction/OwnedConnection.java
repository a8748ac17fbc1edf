package org.reactivesessions.transaction;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.TransactionDefinition;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.wire.GatedConnection;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * A connection of the pool for a library that manages its own transactions: it begins and ends them as it likes, and gives
 * the connection back by closing it. As thread-safe as the driver's connection.
 */
final class OwnedConnection extends DelegatingConnection {

    private final HeldConnection held;
    private final Mono<Void> giveBack;
    private final SavepointNames savepoints = new SavepointNames();
    /** What the library asked for when it last began a transaction; the driver's word can be that of a borrower before. */
    private volatile @Nullable IsolationLevel asked;

    /** @param giveBack ends the scope around the connection, any number of times */
    OwnedConnection(HeldConnection held, GatedConnection facade, Mono<Void> giveBack) {
        super(facade);
        this.held = held;
        this.giveBack = giveBack;
    }

    private Mono<Void> gated(String what, Function<Connection, Publisher<Void>> command) {
        return held.gate()
                .mono(
                        what,
                        subscriber -> command.apply(held.lease().connection()).subscribe(subscriber));
    }

    @Override
    public Mono<Void> beginTransaction() {
        return gated("BEGIN", physical -> {
            asked = null;
            return physical.beginTransaction();
        });
    }

    @Override
    public Mono<Void> beginTransaction(TransactionDefinition definition) {
        return gated("BEGIN", physical -> {
            asked = definition.getAttribute(TransactionDefinition.ISOLATION_LEVEL);
            return held.dialect().begin(physical, definition);
        });
    }

    @Override
    public Mono<Void> commitTransaction() {
        return gated("COMMIT", Connection::commitTransaction);
    }

    @Override
    public Mono<Void> rollbackTransaction() {
        return gated("ROLLBACK", held.dialect()::rollback);
    }

    @Override
    public Mono<Void> createSavepoint(String name) {
        return gated("SAVEPOINT " + name, physical -> physical.createSavepoint(savepoints.make(name)));
    }

    @Override
    public Mono<Void> releaseSavepoint(String name) {
        return gated("RELEASE SAVEPOINT " + name, physical -> physical.releaseSavepoint(savepoints.known(name)));
    }

    @Override
    public Mono<Void> rollbackTransactionToSavepoint(String name) {
        return gated(
                "ROLLBACK TO SAVEPOINT " + name,
                physical -> physical.rollbackTransactionToSavepoint(savepoints.known(name)));
    }

    @Override
    public boolean isAutoCommit() {
        facade().requireOpen();
        return held.lease().connection().isAutoCommit();
    }

    @Override
    public IsolationLevel getTransactionIsolationLevel() {
        IsolationLevel level = asked;
        return level == null || isAutoCommit() ? super.getTransactionIsolationLevel() : level;
    }

    @Override
    public Mono<Void> setAutoCommit(boolean autoCommit) {
        return gated("setAutoCommit(" + autoCommit + ")", physical -> {
            if (physical.isAutoCommit()) {
                asked = null;
            }
            return physical.setAutoCommit(autoCommit);
        });
    }

    @Override
    public Mono<Void> close() {
        return giveBack;
    }
}
