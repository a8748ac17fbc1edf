package org.reactivesessions.orders.live;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Counts how requests for a transfer were answered, and how long that took. Thread-safe. */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class Answers implements WebFilter {

    private final AtomicLong done = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong left = new AtomicLong();
    private final Latencies latencies = new Latencies();

    /**
     * How many there were since the start. Immutable.
     *
     * @param done 2xx
     * @param refused 4xx
     * @param failed 5xx
     * @param left the client left before it was answered
     */
    record Counts(long done, long refused, long failed, long left) {}

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (!exchange.getRequest().getPath().value().equals("/transfers")
                || !exchange.getRequest().getMethod().equals(HttpMethod.POST)) {
            return chain.filter(exchange);
        }
        long begin = System.nanoTime();
        AtomicBoolean counted = new AtomicBoolean();
        exchange.getResponse()
                .beforeCommit(() -> Mono.fromRunnable(() -> {
                    if (counted.compareAndSet(false, true)) {
                        answered(exchange.getResponse().getStatusCode(), System.nanoTime() - begin);
                    }
                }));
        return chain.filter(exchange).doOnCancel(() -> {
            if (counted.compareAndSet(false, true)) {
                left.incrementAndGet();
            }
        });
    }

    private void answered(@Nullable HttpStatusCode status, long nanos) {
        latencies.record(nanos);
        if (status == null || status.is2xxSuccessful()) {
            done.incrementAndGet();
        } else if (status.is4xxClientError()) {
            refused.incrementAndGet();
        } else {
            failed.incrementAndGet();
        }
    }

    Counts counts() {
        return new Counts(done.get(), refused.get(), failed.get(), left.get());
    }

    Latencies latencies() {
        return latencies;
    }
}
