package org.reactivesessions;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.context.ContextRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.test.subscriber.TestSubscriber;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

class ContextTest {

    private static final ThreadLocal<@Nullable String> USER = new ThreadLocal<>();

    @RegisterExtension
    final Sessions stage = new Sessions();

    private final ReactiveSessions sessions = stage.open();
    private final List<@Nullable Object> seen = new ArrayList<>();

    private Mono<ContextView> context() {
        return Mono.deferContextual(view -> {
            seen.add(view.getOrDefault("user", null));
            seen.add(view.hasKey(sessions));
            return Mono.just(view);
        });
    }

    @Test
    void theFunctionMustSeeTheSubscribersContextAndItsSession() {
        List<Session> given = new ArrayList<>();
        ContextView inside = Objects.requireNonNull(sessions.withTransaction(session -> {
                    given.add(session);
                    return context();
                })
                .contextWrite(Context.of("user", "ann"))
                .block());

        assertThat(inside.<Session>get(sessions)).isSameAs(given.get(0));
        assertThat(seen).containsExactly("ann", true);
    }

    @Test
    void aStreamsFunctionMustSeeThemToo() {
        sessions.withTransactionMany(session -> Flux.from(context()))
                .contextWrite(Context.of("user", "ann"))
                .blockLast();

        assertThat(seen).containsExactly("ann", true);
    }

    @Test
    void whatIsDownstreamMustNotSeeTheSession() {
        sessions.withTransaction(session -> Mono.just(1))
                .flatMap(value -> context())
                .contextWrite(Context.of("user", "ann"))
                .block();

        assertThat(seen).containsExactly("ann", false);
    }

    @Test
    void aDiscardHookOfTheSubscriberMustWorkInsideTheFunction() {
        stage.database().hold("SELECT");
        TestSubscriber<String> subscriber = TestSubscriber.create();
        sessions.withTransactionMany(session ->
                        session.sql("SELECT").all(row -> "row").buffer(2).map(Object::toString))
                .doOnDiscard(String.class, seen::add)
                .subscribe(subscriber);
        stage.database().last("SELECT").rows("a");
        subscriber.cancel();

        assertThat(seen).containsExactly("row");
    }

    /** Security, MDC and tracing live in ThreadLocals; the operators of Reactor carry them, and so must ours. */
    @Test
    void threadLocalsMustBeThereEverywhere() {
        stage.database().rows("SELECT", "a").hold("BEGIN", "COMMIT");
        ContextRegistry.getInstance().registerThreadLocalAccessor("user", USER);
        Hooks.enableAutomaticContextPropagation();
        try {
            sessions.withTransaction(session -> {
                        seen.add("function " + USER.get());
                        return session.sql("SELECT")
                                .all(row -> "row")
                                .doOnNext(row -> seen.add(row + " " + USER.get()))
                                .then(Mono.fromSupplier(() -> "then " + USER.get()));
                    })
                    .doOnNext(seen::add)
                    .doOnSuccess(value -> seen.add("downstream " + USER.get()))
                    .contextWrite(Context.of("user", "ann"))
                    .subscribe();
            stage.database().last("BEGIN").complete();
            assertThat(USER.get()).isNull();
            stage.database().last("COMMIT").complete();
        } finally {
            Hooks.disableAutomaticContextPropagation();
            ContextRegistry.getInstance().removeThreadLocalAccessor("user");
        }

        assertThat(seen).containsExactly("function ann", "row ann", "then ann", "downstream ann");
        assertThat(USER.get()).isNull();
    }
}
