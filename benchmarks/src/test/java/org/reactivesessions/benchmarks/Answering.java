package org.reactivesessions.benchmarks;

import java.util.function.IntFunction;
import reactor.core.publisher.Mono;

/** A contender without a database. */
record Answering(IntFunction<Mono<Long>> answer) implements ReactiveContender {

    @Override
    public Mono<Long> read1(int id) {
        return answer.apply(id);
    }

    @Override
    public Mono<Long> write3(int id) {
        return answer.apply(id);
    }

    @Override
    public void close() {}
}
