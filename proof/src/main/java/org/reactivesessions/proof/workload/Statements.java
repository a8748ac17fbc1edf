package org.reactivesessions.proof.workload;

import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** How a contestant runs statements inside of a transaction. Everything returned is cold. */
public interface Statements {

    /** Runs a statement that returns nothing. */
    Mono<Void> update(String sql, Object... values);

    /**
     * Runs a query.
     *
     * @param columns how many columns a row has
     * @return the rows, with {@code ""} for NULL
     */
    Flux<List<Object>> query(String sql, int columns, Object... values);

    /** Runs work in a savepoint, with the statements it is given, and undoes all of it. */
    Mono<Void> undone(Function<Statements, Mono<Void>> work);
}
