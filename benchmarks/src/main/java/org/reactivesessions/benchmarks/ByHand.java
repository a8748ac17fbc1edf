package org.reactivesessions.benchmarks;

import io.r2dbc.spi.Connection;
import reactor.core.publisher.Mono;

/** The transactions as a textbook writes them, see {@link UsingWhen}. */
final class ByHand implements ReactiveContender {

    private final UsingWhen scope;

    ByHand(Endpoint endpoint) {
        this.scope = new UsingWhen(endpoint, POOL);
    }

    @Override
    public Mono<Long> read1(int id) {
        return scope.inTransaction(connection -> UsingWhen.balance(connection, id));
    }

    @Override
    public Mono<Long> write3(int id) {
        return scope.inTransaction(connection -> debit(connection, id)
                .then(UsingWhen.balance(connection, id))
                .flatMap(balance -> note(connection, id, balance)));
    }

    private static Mono<Long> debit(Connection connection, int id) {
        return UsingWhen.rowsUpdated(connection.createStatement(DEBIT).bind(0, id));
    }

    private static Mono<Long> note(Connection connection, int id, long balance) {
        return UsingWhen.rowsUpdated(
                connection.createStatement(NOTE).bind(0, id).bind(1, balance));
    }

    @Override
    public void close() {
        scope.close();
    }
}
