package org.reactivesessions.orders.streams;

import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/**
 * Ends streams of events when the service begins to close, which would wait for them as for every answer. Thread-safe.
 */
@Component
public class OpenStreams {

    private final Sinks.Empty<Void> closing = Sinks.empty();

    /**
     * Limits a stream.
     *
     * @param stream that may never end
     * @return the same, which completes when the service begins to close, and at once after that
     */
    public <T> Flux<T> untilClosing(Flux<T> stream) {
        return stream.takeUntilOther(closing.asMono());
    }

    @EventListener(ContextClosedEvent.class)
    void close() {
        closing.tryEmitEmpty();
    }
}
