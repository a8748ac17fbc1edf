package org.reactivesessions.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

class DriverContextTest {

    @Test
    void aContextWithoutDiscardHookMustStayAsItIs() {
        Context context = Context.of("user", "ann");

        assertThat(DriverContext.of(context)).isSameAs(context);
    }

    /** Also notices if Reactor changes the key. */
    @Test
    void theDiscardHookMustBeHidden() {
        List<Object> discarded = new ArrayList<>();
        List<Context> contexts = new ArrayList<>();
        Flux.just(1)
                .flatMap(one -> Mono.deferContextual(view -> {
                    contexts.add(Context.of(view));
                    return Mono.just(one);
                }))
                .doOnDiscard(Object.class, discarded::add)
                .contextWrite(Context.of("user", "ann"))
                .blockLast();
        Context application = contexts.get(0);
        Operators.onDiscard("application's", application);
        Context driver = DriverContext.of(application);
        Operators.onDiscard("driver's", driver);

        assertThat(discarded).containsExactly("application's");
        assertThat(driver.<String>get("user")).isEqualTo("ann");
    }
}
