package org.reactivesessions.orders.chaos;

import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** The buttons. */
@RestController
@RequestMapping("/chaos")
class ChaosController {

    private final Chaos chaos;
    private final ChaosGuard guard;

    ChaosController(Chaos chaos, ChaosGuard guard) {
        this.chaos = chaos;
        this.guard = guard;
    }

    /**
     * What a fault has done.
     *
     * @param happened in words
     */
    record Done(String happened) {}

    @PostMapping("/kill-backends")
    Mono<Done> killBackends(ServerHttpRequest request) {
        guard.check(request);
        return chaos.killBackends().map(Done::new);
    }

    @PostMapping("/hold-commits")
    Mono<Done> holdCommits(ServerHttpRequest request) {
        guard.check(request);
        return chaos.holdCommits().map(Done::new);
    }

    @PostMapping("/restart-server")
    Mono<Done> restartServer(ServerHttpRequest request) {
        guard.check(request);
        return chaos.restartServer().map(Done::new);
    }
}
