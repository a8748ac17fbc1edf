package org.reactivesessions.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Wrapped;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivesessions.scripted.EventLoop;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** The order in which statements behind rows are sent. */
class BehindRowsTest {

    private final EventLoop loop = new EventLoop();
    private final List<String> wire = new CopyOnWriteArrayList<>();
    private final Sinks.Many<Integer> rows = Sinks.many().unicast().onBackpressureBuffer();
    private final StatementGate gate = new StatementGate(executor(), crash -> wire.add("crash " + crash));

    private WireExecutor executor() {
        WireExecutor executor = WireExecutor.of((Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Connection.class, Wrapped.class},
                (proxy, method, arguments) -> method.getName().equals("unwrap") ? loop.scheduler() : null));
        loop.settle();
        return executor;
    }

    @AfterEach
    void endLoop() {
        loop.close();
    }

    private Mono<Void> statement(String text) {
        return gate.mono(text, Mono.<Void>fromRunnable(() -> wire.add(text)), Passage.PARAMETERISED);
    }

    /** The one that was held back came first. */
    @Test
    void whoHearsTheEndOfTheRowsMustNotComeBeforeWhoHasWaitedForIt() {
        Flux<Integer> read =
                gate.flux("ROWS", rows.asFlux().doOnSubscribe(sent -> wire.add("ROWS")), Passage.PARAMETERISED);
        loop.run(() -> read.subscribe(new BaseSubscriber<>() {

            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                subscription.request(1);
            }

            @Override
            protected void hookOnNext(Integer row) {
                statement("FIRST").subscribe();
            }

            @Override
            protected void hookOnComplete() {
                statement("SECOND").subscribe();
            }
        }));
        loop.settle();
        loop.run(() -> rows.tryEmitNext(1));
        loop.settle();
        assertThat(wire).containsExactly("ROWS");
        loop.run(rows::tryEmitComplete);
        loop.settle();

        assertThat(wire).containsExactly("ROWS", "FIRST", "SECOND");
    }
}
