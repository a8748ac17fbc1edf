package org.reactivesessions.spring.boot;

import java.util.List;
import org.reactivesessions.ReactiveSessions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Flux;

/**
 * Lets what runs come to its end when the application shuts down: after the web server has taken its last request, and before any
 * bean is destroyed that a transaction may still need. Thread-safe.
 */
final class SessionsDrain implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger("org.reactivesessions.spring");

    /** Of the web server, which stops at 2048 below the default, and whatever else starts work. */
    private static final int BEHIND_ALL_THAT_STARTS_WORK = SmartLifecycle.DEFAULT_PHASE - 4_096;

    private final SessionsAssembly assembly;
    private volatile boolean running;

    SessionsDrain(SessionsAssembly assembly) {
        this.assembly = assembly;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        stop(() -> {});
    }

    /** Every one of them has its grace at the same time. */
    @Override
    public void stop(Runnable callback) {
        running = false;
        List<ReactiveSessions> all = assembly.made();
        Flux.fromIterable(all)
                .flatMap(ReactiveSessions::close, Math.max(1, all.size()))
                .doFinally(end -> callback.run())
                .subscribe(nothing -> {}, error -> log.warn("The sessions could not be closed", error));
    }

    /** Closed sessions cannot be opened again, so a context that is only paused keeps them. */
    @Override
    public boolean isPauseable() {
        return false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return BEHIND_ALL_THAT_STARTS_WORK;
    }
}
