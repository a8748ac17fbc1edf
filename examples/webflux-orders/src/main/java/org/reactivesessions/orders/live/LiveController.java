package org.reactivesessions.orders.live;

import org.reactivesessions.orders.streams.OpenStreams;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;

/** What the page shows, as events. */
@RestController
class LiveController {

    private final LiveFeed feed;
    private final OpenStreams streams;

    LiveController(LiveFeed feed, OpenStreams streams) {
        this.feed = feed;
        this.streams = streams;
    }

    @GetMapping(path = "/live", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<Snapshot> live() {
        return streams.untilClosing(feed.snapshots());
    }
}
