package org.reactivesessions.transaction;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.TransactionDefinition;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * A scope's connection for a library that manages its own: what it begins, commits and closes has no effect, because the
 * scope does that; what it rolls back keeps the scope's transaction from committing. Thread-safe.
 */
final class SharedConnection extends DelegatingConnection {

    private static final Logger log = LoggerFactory.getLogger("org.reactivesessions.transaction");

    private final HeldConnection held;
    private final SavepointNames savepoints = new SavepointNames();

    SharedConnection(Scope<?> scope) {
        super(scope.connection());
        this.held = scope.held();
    }

    private Mono<Void> whileOpen(Runnable action) {
        return Mono.defer(() -> {
            if (facade().isClosed()) {
                return Mono.error(held.gate().usedAfterEnd());
            }
            action.run();
            return Mono.empty();
        });
    }

    @Override
    public Mono<Void> beginTransaction() {
        return held.isTransactional() ? whileOpen(() -> {}) : facade().beginTransaction();
    }

    @Override
    public Mono<Void> beginTransaction(TransactionDefinition definition) {
        if (!held.isTransactional()) {
            return facade().beginTransaction(definition);
        }
        return Mono.defer(() -> {
            IllegalStateException conflict = Joining.conflict("a library's transaction", definition, held.definition());
            return conflict == null ? whileOpen(() -> {}) : Mono.error(conflict);
        });
    }

    @Override
    public Mono<Void> commitTransaction() {
        return held.isTransactional() ? whileOpen(() -> {}) : facade().commitTransaction();
    }

    @Override
    public Mono<Void> rollbackTransaction() {
        return held.isTransactional()
                ? whileOpen(() -> held.innerFailed("a library's transaction on connectionFactory()", null))
                : facade().rollbackTransaction();
    }

    @Override
    public Mono<Void> close() {
        return Mono.empty();
    }

    @Override
    public boolean isAutoCommit() {
        return facade().isAutoCommit();
    }

    @Override
    public Mono<Void> setAutoCommit(boolean autoCommit) {
        if (autoCommit && held.isTransactional()) {
            return whileOpen(
                    () -> log.warn("setAutoCommit(true) is ignored: it would commit the transaction of the scope"));
        }
        return facade().setAutoCommit(autoCommit);
    }

    @Override
    public Mono<Void> createSavepoint(String name) {
        if (!held.isTransactional()) {
            return facade().createSavepoint(name);
        }
        return savepoint("SAVEPOINT " + name, held.dialect()::savepoint, () -> savepoints.make(name));
    }

    @Override
    public Mono<Void> releaseSavepoint(String name) {
        return held.isTransactional()
                ? savepoint("RELEASE SAVEPOINT " + name, held.dialect()::releaseSavepoint, () -> savepoints.known(name))
                : facade().releaseSavepoint(name);
    }

    @Override
    public Mono<Void> rollbackTransactionToSavepoint(String name) {
        return held.isTransactional()
                ? savepoint(
                        "ROLLBACK TO SAVEPOINT " + name, held.dialect()::undoToSavepoint, () -> savepoints.known(name))
                : facade().rollbackTransactionToSavepoint(name);
    }

    private Mono<Void> savepoint(
            String what, BiFunction<Connection, String, Publisher<Void>> command, Supplier<String> ours) {
        return held.gate()
                .mono(
                        what,
                        subscriber -> command.apply(held.lease().connection(), ours.get())
                                .subscribe(subscriber));
    }
}
