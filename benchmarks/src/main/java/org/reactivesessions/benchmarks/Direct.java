package org.reactivesessions.benchmarks;

import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.spi.Connection;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * READ1 on connections of the driver that are simply there, one for each caller: what is left if pool, clean-up and every
 * protection are left out.
 */
final class Direct implements ReactiveContender {

    private final Queue<Connection> free = new ConcurrentLinkedQueue<>();

    /** @param callers how many may call at once */
    Direct(Endpoint endpoint, int callers) {
        PostgresqlConnectionFactory driver = UsingWhen.driver(endpoint);
        Flux.range(0, callers)
                .concatMap(number -> driver.create())
                .doOnNext(free::add)
                .blockLast(Load.PATIENCE);
    }

    @Override
    public Mono<Long> read1(int id) {
        return inTransaction(connection -> UsingWhen.balance(connection, id));
    }

    @Override
    public Mono<Long> write3(int id) {
        throw new UnsupportedOperationException("only READ1 is asked of direct connections");
    }

    private Mono<Long> inTransaction(Function<Connection, Mono<Long>> work) {
        return Mono.defer(() -> {
            Connection mine = Objects.requireNonNull(free.poll(), "more callers than connections");
            return Mono.from(mine.beginTransaction())
                    .then(work.apply(mine))
                    .flatMap(value -> Mono.from(mine.commitTransaction()).thenReturn(value))
                    .doOnSuccess(value -> free.add(mine));
        });
    }

    @Override
    public void close() {
        Flux.fromIterable(free).concatMap(Connection::close).blockLast(Load.PATIENCE);
    }
}
