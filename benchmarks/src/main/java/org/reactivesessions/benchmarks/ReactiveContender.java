package org.reactivesessions.benchmarks;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A contender whose transactions are cold monos. A caller goes on where his last transaction has ended. */
interface ReactiveContender extends Contender, Transactions<Mono<Long>> {

    @Override
    default long once(Workload workload, int id) {
        return Objects.requireNonNull(workload.of(this, id).block(Load.PATIENCE), "the transaction gave no value");
    }

    @Override
    default void start(Workload workload, int id, Consumer<Optional<Throwable>> ended) {
        workload.of(this, id)
                .subscribe(
                        value -> {}, error -> ended.accept(Optional.of(error)), () -> ended.accept(Optional.empty()));
    }

    @Override
    default void run(Workload workload, Load load) {
        load.begin();
        Flux.range(0, load.callers())
                .flatMap(number -> goOn(workload, load.caller(number)), load.callers())
                .then()
                .block(load.patience());
    }

    private Mono<Void> goOn(Workload workload, Load.Caller caller) {
        return Mono.defer(() -> workload.of(this, caller.account()))
                .doOnSuccess(value -> caller.done())
                .repeat(caller::goesOn)
                .then();
    }
}
