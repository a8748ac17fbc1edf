package org.reactivesessions.transaction;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * The way from the moment nothing new may begin to the moment nothing is left: waits for what runs, and when the grace is over
 * ends it, each as its own deadline would. A transaction that commits is not touched: its COMMIT has a limit. Thread-safe.
 */
final class Drain {

    private static final Logger log = LoggerFactory.getLogger("org.reactivesessions.transaction");
    private static final int NAMED = 10;
    /** BEGIN, ROLLBACK, the reset, and giving the connection back, one after the other. */
    private static final int CONTROL_COMMANDS = 4;

    private static final Duration SLACK = Duration.ofSeconds(1);

    private final Running running;
    private final Scheduler timer;
    private final Duration longestEnd;

    /** @param limits how long a life may take to end */
    Drain(Running running, TimeLimits limits, Scheduler timer) {
        this.running = running;
        this.timer = timer;
        this.longestEnd = limits.commit()
                .plus(limits.control().multipliedBy(CONTROL_COMMANDS))
                .plus(SLACK);
    }

    /** A cold mono that completes when nothing runs, or what runs has passed every limit; never fails. */
    Mono<Void> run(Closure closure) {
        return isOverWithin(closure.grace()).flatMap(over -> over ? Mono.empty() : end(closure));
    }

    private Mono<Void> end(Closure closure) {
        log.warn(
                "Closing: the grace of {} ms is over; ending what still runs: {}",
                closure.grace().toMillis(),
                names(running.members()));
        running.endAll(closure);
        return isOverWithin(longestEnd)
                .doOnNext(over -> {
                    if (!over) {
                        log.error(
                                "Closing: some have passed every limit, a hook that does not end perhaps; going on without"
                                        + " them: {}",
                                names(running.members()));
                    }
                })
                .then();
    }

    /** A timer that was shut down ends the wait at once, because nothing else would. */
    private Mono<Boolean> isOverWithin(Duration limit) {
        Mono<Boolean> over = running.none().thenReturn(true);
        Mono<Boolean> late = limit.isZero()
                ? Mono.just(false)
                : Mono.delay(limit, timer).map(tick -> false).onErrorReturn(RejectedExecutionException.class, false);
        return Mono.firstWithSignal(over, late);
    }

    private static String names(List<Running.Member> members) {
        return members.stream().limit(NAMED).map(Running.Member::scopeName).collect(Collectors.joining(", "))
                + (members.size() > NAMED ? " and " + (members.size() - NAMED) + " more" : "");
    }
}
