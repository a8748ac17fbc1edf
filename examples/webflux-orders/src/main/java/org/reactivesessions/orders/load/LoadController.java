package org.reactivesessions.orders.load;

import org.reactivesessions.orders.chaos.ChaosGuard;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Lets clients come and go, for whoever may also break things. */
@RestController
@RequestMapping("/load")
class LoadController {

    private final Load load;
    private final ChaosGuard guard;

    LoadController(Load load, ChaosGuard guard) {
        this.load = load;
        this.guard = guard;
    }

    @PostMapping("/start")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void start(ServerHttpRequest request) {
        guard.check(request);
        load.start();
    }

    @PostMapping("/stop")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void stop(ServerHttpRequest request) {
        guard.check(request);
        load.stop();
    }
}
