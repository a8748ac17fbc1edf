package org.reactivesessions.orders.evidence;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.springframework.http.MediaType;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/** Clients that keep their connections and wait for every answer. Thread-safe. */
final class Callers {

    private static final int ACCOUNTS = 100;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    /** Those who come at their time come in groups, so often in a second. */
    private static final int GROUPS = 200;

    private final WebClient client;
    private final int callers;

    /**
     * What came of one part.
     *
     * @param nanos how long each took that was done, in order of size
     * @param failed how many got another answer, or none
     * @param took how long all of it took
     */
    record Result(List<Long> nanos, long failed, Duration took) {

        int done() {
            return nanos.size();
        }

        double perSecond() {
            return done() / (took.toNanos() / 1e9);
        }

        double millis(double share) {
            return nanos.isEmpty() ? 0 : nanos.get(Math.max(0, (int) Math.ceil(nanos.size() * share) - 1)) / 1e6;
        }
    }

    Callers(int port, int callers) {
        this.callers = callers;
        this.client = WebClient.builder()
                .clientConnector(new ReactorClientHttpConnector(HttpClient.create(ConnectionProvider.builder("callers")
                        .maxConnections(callers)
                        .pendingAcquireMaxCount(-1)
                        .pendingAcquireTimeout(PATIENCE)
                        .build())))
                .baseUrl("http://127.0.0.1:" + port)
                .build();
    }

    /** Each asks again as soon as it is answered. */
    Result asFastAsPossible(Duration time) {
        long begin = System.nanoTime();
        long end = begin + time.toNanos();
        return gathered(
                begin,
                Flux.range(0, callers)
                        .flatMap(
                                caller -> Mono.defer(() -> transfer(System.nanoTime()))
                                        .repeat(() -> System.nanoTime() < end),
                                callers));
    }

    /** Requests come at their time, whether or not those before were answered; how long each takes is counted from its time on. */
    Result atRate(double perSecond, Duration time) {
        long begin = System.nanoTime();
        long all = (long) (perSecond * time.toNanos() / 1e9);
        AtomicLong next = new AtomicLong();
        Flux<Long> due = Flux.interval(Duration.ofNanos(1_000_000_000L / GROUPS))
                .onBackpressureBuffer()
                .concatMapIterable(tick -> {
                    long until = Math.min(all, (long) ((System.nanoTime() - begin) / 1e9 * perSecond));
                    long from = next.getAndSet(until);
                    return () -> LongStream.range(from, until).iterator();
                })
                .take(all);
        return gathered(
                begin, due.flatMap(number -> transfer(begin + (long) (number / perSecond * 1e9)), Integer.MAX_VALUE));
    }

    private static Result gathered(long begin, Flux<Long> times) {
        ConcurrentLinkedQueue<Long> done = new ConcurrentLinkedQueue<>();
        AtomicLong failed = new AtomicLong();
        times.doOnNext(nanos -> {
                    if (nanos < 0) {
                        failed.incrementAndGet();
                    } else {
                        done.add(nanos);
                    }
                })
                .then()
                .block(PATIENCE);
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        return new Result(done.stream().sorted().toList(), failed.get(), took);
    }

    /** How long it took from a moment on; -1 if it failed. */
    private Mono<Long> transfer(long from) {
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
                .map(done -> done ? System.nanoTime() - from : -1);
    }
}
