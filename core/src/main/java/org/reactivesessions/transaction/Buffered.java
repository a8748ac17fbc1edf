package org.reactivesessions.transaction;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A function whose elements are kept until it has completed. Immutable. */
record Buffered<S, T>(String name, Function<? super S, ? extends @Nullable Publisher<? extends T>> function, int most)
        implements Function<S, Mono<List<T>>> {

    @Override
    public Mono<List<T>> apply(S session) {
        Publisher<? extends T> elements = requireNonNull(
                function.apply(session),
                () -> name + ": the function returned null; return a publisher, Flux.empty() for no elements");
        return Flux.<T>from(elements).index(this::counted).collectList();
    }

    private T counted(Long index, T element) {
        if (index >= most) {
            throw new IllegalStateException(name + ": its stream has more than the " + most
                    + " elements that buffered() keeps; raise that, or do without");
        }
        return element;
    }
}
