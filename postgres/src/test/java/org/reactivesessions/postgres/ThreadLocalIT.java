package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.context.ContextRegistry;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

/** Security, MDC and tracing live in ThreadLocals: with automatic propagation they must be there on the driver's threads. */
@ExtendWith(PostgresExtension.class)
class ThreadLocalIT {

    private static final ThreadLocal<String> USER = new ThreadLocal<>();

    private final ServerFixture fixture;
    private final List<String> seen = new CopyOnWriteArrayList<>();

    ThreadLocalIT(TestDatabase database) {
        this.fixture = ServerFixture.on(database);
    }

    @BeforeEach
    void propagate() {
        ContextRegistry.getInstance().registerThreadLocalAccessor("user", USER);
        Hooks.enableAutomaticContextPropagation();
    }

    @AfterEach
    void leaveNothingBehind() {
        Hooks.disableAutomaticContextPropagation();
        ContextRegistry.getInstance().removeThreadLocalAccessor("user");
        fixture.close();
    }

    private void see(String where) {
        seen.add(where + " " + USER.get() + (Schedulers.isInNonBlockingThread() ? " on a loop" : ""));
    }

    @Test
    void aFunctionItsStatementsAndWhatFollowsMustSeeThem() {
        fixture.sessions()
                .withTransaction(session -> {
                    see("function");
                    return session.sql("SELECT 1")
                            .one(row -> row.get(0, Integer.class))
                            .doOnNext(row -> see("row"))
                            .then(Mono.fromRunnable(() -> see("then")));
                })
                .doOnSuccess(value -> see("downstream"))
                .contextWrite(Context.of("user", "ann"))
                .block(ServerFixture.PATIENCE);

        assertThat(seen)
                .containsExactly(
                        "function ann on a loop",
                        "row ann on a loop",
                        "then ann on a loop",
                        "downstream ann on a loop");
    }

    @Test
    void aStreamMustSeeThemToo() {
        fixture.sessions()
                .withTransactionMany(session -> {
                    see("function");
                    return Flux.from(session.sql("SELECT 1").all(row -> row.get(0, Integer.class)));
                })
                .doOnNext(row -> see("row"))
                .doOnComplete(() -> see("complete"))
                .contextWrite(Context.of("user", "ann"))
                .blockLast(ServerFixture.PATIENCE);

        assertThat(seen).containsExactly("function ann on a loop", "row ann on a loop", "complete ann on a loop");
    }
}
