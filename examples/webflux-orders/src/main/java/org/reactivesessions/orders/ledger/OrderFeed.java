package org.reactivesessions.orders.ledger;

import java.time.Duration;
import org.springframework.stereotype.Component;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/**
 * The orders as they become durable. Everybody who listens hears those that come from then on; who reads so slowly that {@link
 * #AHEAD} wait for him misses the next ones, and holds nobody up. Thread-safe.
 */
@Component
public class OrderFeed {

    /** How many orders wait for a listener at most. */
    static final int AHEAD = 256;

    /** Longer than another thread needs to tell the listeners of its order. */
    private static final Duration TURN = Duration.ofSeconds(1);

    private final Sinks.Many<Order> orders = Sinks.many().multicast().directBestEffort();

    /** Tells of an order that has been committed. */
    void committed(Order order) {
        orders.emitNext(order, Sinks.EmitFailureHandler.busyLooping(TURN));
    }

    /**
     * Listens.
     *
     * @return a hot flux that never ends by itself
     */
    public Flux<Order> orders() {
        return orders.asFlux().onBackpressureBuffer(AHEAD, missed -> {}, BufferOverflowStrategy.DROP_LATEST);
    }
}
