package org.reactivesessions.orders.web;

import java.time.Duration;
import org.reactivesessions.orders.ledger.Order;
import org.reactivesessions.orders.ledger.OrderFeed;
import org.reactivesessions.orders.streams.OpenStreams;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;

/** Orders as they become durable, as events. */
@RestController
class OrdersController {

    /** Often enough for whatever is on the way to keep the connection, and to notice that a client is gone. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);

    private final OrderFeed feed;
    private final OpenStreams streams;

    OrdersController(OrderFeed feed, OpenStreams streams) {
        this.feed = feed;
        this.streams = streams;
    }

    @GetMapping(path = "/orders", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<ServerSentEvent<Order>> orders() {
        return streams.untilClosing(Flux.merge(feed.orders().map(OrdersController::event), heartbeats()));
    }

    private static ServerSentEvent<Order> event(Order order) {
        return ServerSentEvent.builder(order)
                .id(order.id().toString())
                .event("order")
                .build();
    }

    /** The first one at once, so that a client knows that it is heard. */
    private static Flux<ServerSentEvent<Order>> heartbeats() {
        return Flux.interval(Duration.ZERO, HEARTBEAT)
                .onBackpressureDrop()
                .map(beat -> ServerSentEvent.<Order>builder().comment("").build());
    }
}
