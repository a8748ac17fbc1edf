package org.reactivesessions.spring.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivestreams.Publisher;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.netty.Connection;

/** Clients that read nothing, write nothing, or leave, and when COMMIT is to the first byte of the answer. */
@ExtendWith(PostgresExtension.class)
class SlowClientsIT {

    private static final int LARGE = 32 * 1024 * 1024;

    private final TestDatabase database;
    private final Outside outside = new Outside();

    SlowClientsIT(TestDatabase database) {
        this.database = database;
    }

    /** What is to be seen around the transaction. */
    @Order(0)
    private static final class Outside implements WebFilter {

        private final CountDownLatch reading = new CountDownLatch(1);
        private final CountDownLatch writing = new CountDownLatch(1);
        private final CountDownLatch cancelled = new CountDownLatch(1);
        private final AtomicLong openedWhenReading = new AtomicLong(-1);
        private final AtomicLong acquiredWhenWriting = new AtomicLong(-1);
        private final CompletableFuture<ServerHttpResponse> response = new CompletableFuture<>();
        private final CompletableFuture<Channel> channel = new CompletableFuture<>();
        private final CompletableFuture<ReactiveSessions> sessions = new CompletableFuture<>();

        @Override
        public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
            response.complete(exchange.getResponse());
            Connection connection = ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest());
            channel.complete(connection.channel());
            return chain.filter(exchange.mutate()
                            .request(new Request(exchange.getRequest()))
                            .response(new Response(exchange.getResponse()))
                            .build())
                    .doFinally(
                            end -> { // behind the cancel of what is inside
                                if (end == SignalType.CANCEL) {
                                    cancelled.countDown();
                                }
                            });
        }

        private final class Request extends ServerHttpRequestDecorator {

            Request(ServerHttpRequest request) {
                super(request);
            }

            @Override
            public Flux<DataBuffer> getBody() {
                return super.getBody().doOnSubscribe(begun -> {
                    openedWhenReading.set(
                            sessions.join().statistics().sinceStart().opened());
                    reading.countDown();
                });
            }
        }

        private final class Response extends ServerHttpResponseDecorator {

            Response(ServerHttpResponse response) {
                super(response);
            }

            @Override
            public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
                acquiredWhenWriting.set(sessions.join().poolStatus().acquired());
                writing.countDown();
                return super.writeWith(body);
            }
        }
    }

    private Shop shop(UnaryOperator<RouterFunctions.Builder> routes) {
        return Shop.with(database, transactions -> transactions.maxBuffered(LARGE), (sessions, context) -> {
            outside.sessions.complete(sessions);
            context.registerBean(Outside.class, () -> outside);
            RouterFunction<ServerResponse> built =
                    routes.apply(RouterFunctions.route()).build();
            context.registerBean("routes", RouterFunction.class, () -> built);
        });
    }

    private ReactiveSessions sessions() {
        return outside.sessions.join();
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(WebServer.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
    }

    private static Rule answerToCommit(Shop shop) {
        return shop.proxy().hold(FrameMatch.fromServer('C').answering("^COMMIT$"));
    }

    @Test
    void commitMustComeBeforeTheFirstByte() throws IOException, InterruptedException {
        try (Shop shop = shop(routes -> routes.POST(
                        "/tx/items",
                        request -> Shop.insert(sessions(), 1)
                                .then(ServerResponse.ok().bodyValue("stored")))); //
                Socket client =
                        shop.client("POST /tx/items HTTP/1.1\nHost: here\nContent-Length: 0\nConnection: close\n\n")) {
            Rule held = answerToCommit(shop);
            held.awaitHit(WebServer.PATIENCE);
            assertThat(outside.response.join().isCommitted()).isFalse();
            assertThat(outside.writing.getCount()).isEqualTo(1);
            held.release();
            assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 200 OK")
                    .endsWith("stored");
        }
    }

    @Test
    @Timeout(60)
    void whoDoesNotReadMustHoldNoConnection() throws IOException, InterruptedException {
        try (Shop shop = shop(routes -> routes.GET(
                        "/tx/large",
                        request -> Shop.insert(sessions(), 1)
                                .then(Mono.fromSupplier(
                                        () -> sessions().poolStatus().acquired()))
                                .doOnNext(acquired -> assertThat(acquired).isEqualTo(1))
                                .then(Mono.fromSupplier(() -> new byte[LARGE]))
                                .flatMap(ServerResponse.ok()::bodyValue)));
                Socket client = shop.client("GET /tx/large HTTP/1.1\nHost: here\nConnection: close\n\n")) {
            await(outside.writing);
            assertThat(outside.acquiredWhenWriting).hasValue(0);
            assertThat(shop.rows()).isEqualTo(1);
            // Netty says so while more is left than it likes to keep, which remains so until the client reads.
            while (outside.channel.join().isWritable()) {
                Shop.pause();
            }
            assertThat(sessions().poolStatus().acquired()).isZero();
            assertThat(client.getInputStream().readAllBytes()).hasSizeGreaterThan(LARGE);
        }
    }

    @Test
    void whoDoesNotWriteMustHoldNoConnection() throws IOException, InterruptedException {
        try (Shop shop = shop(routes -> routes.POST(
                        "/tx/items",
                        request -> request.bodyToMono(String.class)
                                .flatMap(body -> Shop.insert(sessions(), Integer.parseInt(body)))
                                .then(ServerResponse.ok().build())));
                Socket client =
                        shop.client("POST /tx/items HTTP/1.1\nHost: here\nContent-Length: 2\nConnection: close\n\n")) {
            await(outside.reading);
            assertThat(outside.openedWhenReading).hasValue(0);
            client.getOutputStream().write(new byte[] {'1', '7'});
            client.getOutputStream().flush();
            assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 200 OK");
            assertThat(shop.rows()).isEqualTo(1);
        }
    }

    @Test
    void whoLeavesMustBeRolledBack() throws IOException, InterruptedException {
        CountDownLatch inserted = new CountDownLatch(1);
        try (Shop shop = shop(routes -> routes.POST(
                "/tx/items",
                request -> Shop.insert(sessions(), 1)
                        .then(Mono.fromRunnable(inserted::countDown))
                        .then(Mono.never())))) {
            try (Socket client = shop.client("POST /tx/items HTTP/1.1\nHost: here\nContent-Length: 0\n\n")) {
                await(inserted);
                assertThat(client.isConnected()).isTrue();
            }
            await(outside.cancelled);
            shop.assertIdle();
            assertThat(shop.rows()).isZero();
        }
    }

    @Test
    void whoLeavesBehindCommitMustNotUndoIt() throws IOException, InterruptedException {
        try (Shop shop = shop(routes -> routes.POST(
                "/tx/items",
                request -> Shop.insert(sessions(), 1).then(ServerResponse.ok().build())))) {
            Rule held = answerToCommit(shop);
            try (Socket client = shop.client("POST /tx/items HTTP/1.1\nHost: here\nContent-Length: 0\n\n")) {
                held.awaitHit(WebServer.PATIENCE);
                assertThat(client.isConnected()).isTrue();
            }
            await(outside.cancelled);
            held.release();
            shop.assertIdle();
            assertThat(shop.rows()).isEqualTo(1);
        }
    }

    @Test
    void aLostAnswerToCommitMustBeSaidToBeUnknown() {
        try (Shop shop = shop(routes -> routes.POST(
                "/tx/items",
                request -> Shop.insert(sessions(), 1).then(ServerResponse.ok().bodyValue("stored"))))) {
            shop.proxy().cut(FrameMatch.fromServer('C').answering("^COMMIT$"));
            assertThat(shop.web().post("/tx/items", "")).satisfies(answer -> {
                assertThat(answer.statusCode()).isEqualTo(500);
                assertThat(answer.body())
                        .contains("urn:reactive-sessions:problem:commit-unknown", "\"outcome\":\"IN_DOUBT\"")
                        .contains("\"transaction\":\"/tx/**\"")
                        .doesNotContain("stored\"", "INSERT");
            });
        }
    }
}
