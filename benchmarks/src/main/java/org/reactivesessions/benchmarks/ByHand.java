package org.reactivesessions.benchmarks;

import io.r2dbc.postgresql.api.PostgresTransactionDefinition;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.IsolationLevel;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** The transactions as a textbook writes them, see {@link UsingWhen}. */
final class ByHand implements ReactiveContender {

    private static final PostgresTransactionDefinition REPEATABLE_READ =
            PostgresTransactionDefinition.from(IsolationLevel.REPEATABLE_READ);

    private final UsingWhen scope;
    private final Function<Connection, Publisher<Void>> begin;

    ByHand(Endpoint endpoint) {
        this(endpoint, POOL);
    }

    /** @param size that of the pool */
    ByHand(Endpoint endpoint, int size) {
        this(endpoint, size, Connection::beginTransaction);
    }

    ByHand(Endpoint endpoint, Terms terms) {
        this(
                endpoint,
                POOL,
                terms == Terms.SETTINGS
                        ? connection -> UsingWhen.beginWithSettings(connection, REPEATABLE_READ)
                        : Connection::beginTransaction);
    }

    private ByHand(Endpoint endpoint, int size, Function<Connection, Publisher<Void>> begin) {
        this.scope = new UsingWhen(endpoint, size);
        this.begin = begin;
    }

    @Override
    public Mono<Long> read1(int id) {
        return scope.inTransaction(begin, connection -> UsingWhen.balance(connection, id));
    }

    @Override
    public Mono<Long> write3(int id) {
        return scope.inTransaction(
                begin,
                connection -> debit(connection, id)
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
