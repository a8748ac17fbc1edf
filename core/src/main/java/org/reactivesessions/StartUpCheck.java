package org.reactivesessions;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.reactivesessions.error.DatabaseRefusedException;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.FailureKind;
import org.reactivesessions.error.Reason;
import org.reactivesessions.error.SessionsClosedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/** Asks the database a question until it answers, for programs that are not to start without it. Thread-safe. */
final class StartUpCheck {

    static final String NAME = "verify";

    private static final Logger log = LoggerFactory.getLogger("org.reactivesessions");
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration LONGEST_DELAY = Duration.ofHours(24);

    private final Mono<Void> question;
    private final Mono<Void> answered;
    private final Scheduler timer;
    private final LongSupplier nanoTime;

    /**
     * @param question asks once, at every subscription; has a limit of its own
     * @param answered what is to be done when the database has answered, before anybody hears of it
     * @param timer runs the waits
     */
    StartUpCheck(Mono<Void> question, Mono<Void> answered, Scheduler timer, LongSupplier nanoTime) {
        this.question = question;
        this.answered = answered;
        this.timer = timer;
        this.nanoTime = nanoTime;
    }

    Mono<Void> run(int attempts, Duration delay) {
        if (attempts < 1) {
            throw new IllegalArgumentException("attempts must be >= 1, but was " + attempts);
        }
        if (delay.isNegative() || delay.compareTo(LONGEST_DELAY) > 0) {
            throw new IllegalArgumentException("delay must be >= 0 and at most 24 h, but was " + delay);
        }
        return Mono.defer(() -> asked(attempts, delay, nanoTime.getAsLong())).then(answered);
    }

    /** Not by recursion: there may be many attempts. */
    private Mono<Void> asked(int attempts, Duration delay, long start) {
        return question.retryWhen(Retry.from(failures -> failures.concatMap(
                failed -> next(failed.failure(), failed.totalRetries() + 1, attempts, delay, start))));
    }

    private Mono<Long> next(Throwable error, long made, int attempts, Duration delay, long start) {
        if (isDefinite(error)) {
            return Mono.error(error);
        }
        if (made >= attempts) {
            return Mono.error(missed(error, attempts, start));
        }
        log.info(
                "{}: the database has not answered (attempt {} of {}), asked again in {} ms: {}",
                NAME,
                made,
                attempts,
                delay.toMillis(),
                Reason.of(error));
        return delay.isZero() ? Mono.just(0L) : Mono.delay(delay, timer);
    }

    /** Whether asking again would bring the same answer. */
    private static boolean isDefinite(Throwable error) {
        return error instanceof DatabaseRefusedException
                || error instanceof SessionsClosedException
                || error instanceof IllegalStateException; // closed before it was asked
    }

    private DatabaseUnavailableException missed(Throwable last, int attempts, long start) {
        FailureKind kind = last instanceof DatabaseUnavailableException known ? known.kind() : FailureKind.UNREACHABLE;
        return new DatabaseUnavailableException(
                kind,
                NAME,
                attempts,
                SOON,
                "the database has not answered in " + attempts + (attempts == 1 ? " attempt" : " attempts") + " over "
                        + TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - start) + " ms; the last time: "
                        + sentence(Reason.of(last)) + " Check host, port and database, or raise attempts or delay.",
                last);
    }

    private static String sentence(String reason) {
        return reason.endsWith(".") ? reason : reason + ".";
    }
}
