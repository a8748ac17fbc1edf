package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.context.ContextRegistry;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
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

    @Test
    void aValueThatComesBeforeTheAnswerToCommitMustSeeThemToo() {
        fixture.sessions()
                .withTransaction(
                        TransactionOptions.defaults().readOnly(),
                        session -> session.sql("SELECT 1").one(row -> row.get(0, Integer.class)))
                .doOnNext(value -> see("value"))
                .doOnSuccess(value -> see("downstream"))
                .contextWrite(Context.of("user", "ann"))
                .block(ServerFixture.PATIENCE);

        assertThat(seen).containsExactly("value ann on a loop", "downstream ann on a loop");
    }

    /** It begins on the thread, and inside the signals, of the one before. */
    @Test
    void aTransactionBehindAnothersCommitMustSeeItsOwn() {
        Sinks.Empty<Void> queued = Sinks.empty();
        CompletableFuture<Integer> first = fixture.sessions()
                .withTransaction(session -> session.sql("SELECT 1")
                        .one(row -> row.get(0, Integer.class))
                        .delayUntil(value -> queued.asMono()))
                .contextWrite(Context.of("user", "ann"))
                .toFuture();
        List<CompletableFuture<Integer>> others = Stream.of(Context.of("user", "bob"), Context.empty())
                .map(context -> fixture.sessions()
                        .withTransaction(session -> {
                            see("function");
                            return session.sql("SELECT 2")
                                    .one(row -> row.get(0, Integer.class))
                                    .doOnNext(row -> see("row"));
                        })
                        .doOnSuccess(value -> see("downstream"))
                        .contextWrite(context)
                        .toFuture())
                .toList();
        queued.tryEmitEmpty();

        assertThat(QueuedScopes.await(first)).isEqualTo(1);
        assertThat(others)
                .allSatisfy(other -> assertThat(QueuedScopes.await(other)).isEqualTo(2));
        assertThat(seen)
                .containsExactlyInAnyOrder(
                        "function bob on a loop",
                        "row bob on a loop",
                        "downstream bob on a loop",
                        "function null on a loop",
                        "row null on a loop",
                        "downstream null on a loop");
    }
}
