package org.reactivesessions.orders.load;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.orders.OrdersProperties;
import org.reactivesessions.orders.journal.Happenings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/**
 * Clients on the service's own door: each asks for one transfer after the other between random accounts, and leaves some of them before
 * they are answered. Thread-safe.
 */
@Component
public class Load implements DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(Load.class);

    private static final int ACCOUNTS = 100;
    private static final int MOST = 20;
    private static final Duration SOON = Duration.ofMillis(200);
    private static final long LEAVES_WITHIN_NANOS = 8_000_000;

    private final OrdersProperties.Load settings;
    private final Happenings happenings;
    private final @Nullable InetAddress address;
    private final ConnectionProvider connections;
    private final AtomicReference<@Nullable Disposable> running = new AtomicReference<>();
    private volatile @Nullable WebClient client;

    Load(OrdersProperties properties, ServerProperties server, Happenings happenings) {
        this.settings = properties.load();
        this.happenings = happenings;
        this.address = server.getAddress();
        this.connections = ConnectionProvider.create("load", settings.clients());
    }

    @EventListener
    void listens(WebServerInitializedEvent event) {
        String host = address == null || address.isAnyLocalAddress() ? "127.0.0.1" : address.getHostAddress();
        client = WebClient.builder()
                .clientConnector(new ReactorClientHttpConnector(HttpClient.create(connections)))
                .baseUrl("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":"
                        + event.getWebServer().getPort())
                .build();
    }

    /** Lets the clients come, if they are not there. */
    void start() {
        WebClient door = client;
        if (door == null) {
            throw new IllegalStateException("the service does not listen yet");
        }
        Disposable.Swap place = Disposables.swap();
        if (running.compareAndSet(null, place)) {
            happenings.tell(settings.clients() + " clients come");
            place.update(Flux.range(0, settings.clients())
                    .flatMap(number -> work(door), settings.clients())
                    .subscribe(never -> {}, error -> log.error("The clients have stopped", error)));
        }
    }

    /** Lets them go. */
    void stop() {
        Disposable all = running.getAndSet(null);
        if (all != null) {
            all.dispose();
            happenings.tell("the clients are gone");
        }
    }

    private Mono<Void> work(WebClient door) {
        return Mono.defer(() -> transfer(door))
                .onErrorReturn(SOON)
                .delayUntil(Mono::delay)
                .repeat()
                .then();
    }

    /** One transfer, and for how long to wait after it. */
    private Mono<Duration> transfer(WebClient door) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        int from = random.nextInt(ACCOUNTS);
        int to = (from + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
        Mono<Duration> answer = door.post()
                .uri("/transfers")
                .bodyValue(Map.of("from", from + 1, "to", to + 1, "amount", 1 + random.nextInt(MOST)))
                .exchangeToMono(response -> response.releaseBody()
                        .thenReturn(response.statusCode().is5xxServerError() ? SOON : settings.pause()));
        return random.nextInt(settings.leaving()) > 0
                ? answer
                : answer.timeout(Duration.ofNanos(random.nextLong(LEAVES_WITHIN_NANOS)), Mono.just(settings.pause()));
    }

    /**
     * Tells whether the clients are there.
     *
     * @return until they are let go
     */
    public boolean isRunning() {
        return running.get() != null;
    }

    /**
     * How many clients there are, or would be.
     *
     * @return at least 1
     */
    public int clients() {
        return settings.clients();
    }

    @Override
    public void destroy() {
        stop();
        connections.dispose();
    }
}
