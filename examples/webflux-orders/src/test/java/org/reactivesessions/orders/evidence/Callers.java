package org.reactivesessions.orders.evidence;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.reactivesessions.orders.evidence.Answered.Request;
import org.springframework.http.MediaType;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/** Clients that keep their connections and wait for every answer. Thread-safe; closed by whoever made them. */
final class Callers implements AutoCloseable {

    private static final int ACCOUNTS = 100;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final ConnectionProvider connections;
    private final WebClient client;

    /** @param most how many connections they have together; a request that finds none waits for its turn, which counts */
    Callers(int port, int most) {
        this.connections = ConnectionProvider.builder("callers")
                .maxConnections(most)
                .pendingAcquireMaxCount(-1)
                .pendingAcquireTimeout(PATIENCE)
                .build();
        this.client = WebClient.builder()
                .clientConnector(new ReactorClientHttpConnector(HttpClient.create(connections)))
                .baseUrl("http://127.0.0.1:" + port)
                .build();
    }

    /** So many of them ask again as soon as they are answered. */
    Answered asFastAsPossible(int callers, Duration time) {
        long begin = System.nanoTime();
        return gathered(
                time,
                Flux.range(0, callers)
                        .flatMap(
                                caller -> Mono.defer(() -> transfer(begin, System.nanoTime() - begin))
                                        .repeat(() -> System.nanoTime() - begin < time.toNanos()),
                                callers));
    }

    /** Requests come at random moments, whether or not those before were answered; how long each takes is counted from then on. */
    Answered atRate(double perSecond, Duration time, long seed) {
        Arrivals arrivals = new Arrivals(perSecond, time, seed);
        long begin = System.nanoTime();
        return gathered(time, arrivals.from(begin).flatMap(due -> transfer(begin, due), Integer.MAX_VALUE));
    }

    private static Answered gathered(Duration time, Flux<Request> requests) {
        return new Answered(requests.collectList().blockOptional(PATIENCE).orElseThrow(), time);
    }

    private Mono<Request> transfer(long begin, long dueNanos) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        int giver = random.nextInt(ACCOUNTS);
        int getter = (giver + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
        return client.post()
                .uri("/transfers")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"from\":" + (giver + 1) + ",\"to\":" + (getter + 1) + ",\"amount\":1}")
                .exchangeToMono(answer ->
                        answer.releaseBody().thenReturn(answer.statusCode().is2xxSuccessful()))
                .onErrorReturn(false)
                .map(done -> new Request(dueNanos, System.nanoTime() - begin, done));
    }

    @Override
    public void close() {
        connections.dispose();
    }
}
