package org.reactivesessions.transaction;

import static java.util.Objects.requireNonNull;

import io.r2dbc.spi.IsolationLevel;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.dialect.CommitMarker;
import org.reactivesessions.error.CommitOutcomeUnknownException;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.Reason;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.resilience.Backoff;
import org.reactivesessions.wire.StatementCall;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * Finds out what has become of a transaction whose COMMIT was not answered: asks for its marker, in transactions of its own,
 * again and again until one of them has committed or the time is over. What such a transaction sees counts only once its own
 * COMMIT was answered, because only then is it durable on everything the database waits for. Thread-safe.
 */
final class Resolver {

    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final int LONGEST_WAIT_AFTER = 10;
    private static final TransactionOptions ASKING = TransactionOptions.defaults()
            .named("commit marker")
            .isolation(IsolationLevel.READ_COMMITTED)
            .timeout(LIMIT)
            .lockTimeout(LOCK_TIMEOUT)
            .setting("synchronous_commit", "on");
    private static final Backoff BACKOFF = Backoff.fullJitter(Duration.ofMillis(50), Duration.ofSeconds(1));

    private final Transactions<?> home;
    private final Scheduler timer;
    private final LongSupplier nanoTime;
    private final Reports reports;

    Resolver(Transactions<?> home, Scheduler timer, LongSupplier nanoTime, Reports reports) {
        this.home = home;
        this.timer = timer;
        this.nanoTime = nanoTime;
        this.reports = reports;
    }

    /**
     * Resolves a doubt.
     *
     * @param options whose it is
     * @param lost what was seen instead of an answer to COMMIT
     * @return a cold mono of what has become of it, which never fails
     */
    Mono<Resolution> resolve(TransactionOptions options, Doubt doubt, Throwable lost) {
        UUID token = doubt.token();
        if (token == null) {
            return Mono.just(nothingWritten(options.name(), lost.getCause() == null ? lost : lost.getCause()));
        }
        Throwable seen = lost.getCause() == null ? lost : lost.getCause();
        return Mono.defer(() -> {
            long start = nanoTime.getAsLong();
            Asking asking = new Asking(token);
            return Mono.firstWithSignal(asking.ask(), home.running().<Boolean>untilOverdue(ASKING.name()))
                    .timeout(doubt.verification().within(), timer)
                    .map(durable ->
                            durable ? new Resolution(TransactionOutcome.COMMITTED, null) : undone(options, seen))
                    .onErrorResume(error -> Mono.just(unknown(options, asking, doubt, seen, error)))
                    .doOnNext(resolution -> reports.resolved(
                            options, resolution.outcome(), Duration.ofNanos(nanoTime.getAsLong() - start)));
        });
    }

    /** The questions after one transaction. */
    private final class Asking {

        private final UUID token;
        private final AtomicReference<@Nullable Throwable> last = new AtomicReference<>();

        Asking(UUID token) {
            this.token = token;
        }

        /** Not by recursion: an hour has many questions. */
        Mono<Boolean> ask() {
            return Mono.defer(this::askOnce)
                    .retryWhen(Retry.from(
                            failures -> failures.concatMap(failed -> again(failed.failure(), failed.totalRetries()))));
        }

        private Mono<Long> again(Throwable error, long made) {
            if (error instanceof TooLate || Closure.isReasonOf(error)) {
                return Mono.error(error);
            }
            last.set(error);
            return Mono.delay(BACKOFF.after((int) Math.min(made + 1, LONGEST_WAIT_AFTER)), timer);
        }

        private Mono<Boolean> askOnce() {
            String sql = marker().resolution(token);
            return home.<Boolean>own(
                    ASKING,
                    scope -> scope.connection()
                            .rows(new StatementCall(sql, false, statement -> {}), row -> {
                                Boolean durable = row.get(0, Boolean.class);
                                if (durable == null) {
                                    throw new TooLate();
                                }
                                return durable;
                            })
                            .single());
        }
    }

    /** The database does not keep markers that long. */
    private static final class TooLate extends RuntimeException {

        private static final long serialVersionUID = 1L;

        TooLate() {
            super("markers of its time are not kept any more");
        }
    }

    private CommitMarker marker() {
        return requireNonNull(home.dialect().marker());
    }

    private static Resolution undone(TransactionOptions options, Throwable lost) {
        return new Resolution(
                TransactionOutcome.ROLLED_BACK,
                DatabaseUnavailableException.rolledBack(
                        options.name(),
                        "COMMIT was not answered, and its marker shows that it did not take effect and never will: nothing of"
                                + " the transaction was written in this database.",
                        lost));
    }

    private static Resolution nothingWritten(String name, Throwable lost) {
        return new Resolution(
                TransactionOutcome.ROLLED_BACK,
                DatabaseUnavailableException.rolledBack(
                        name,
                        "COMMIT was not answered. The transaction was read-only: nothing of it was written in this database.",
                        lost));
    }

    private Resolution unknown(
            TransactionOptions options, Asking asking, Doubt doubt, Throwable lost, Throwable error) {
        Throwable last = asking.last.get();
        Throwable reason = error instanceof TimeoutException && last != null ? last : error;
        CommitOutcomeUnknownException unknown = CommitOutcomeUnknownException.unresolved(
                options.name(),
                asking.token,
                Reason.of(lost),
                error instanceof TooLate
                        ? Reason.of(error)
                        : "its marker could not be asked for within "
                                + TimeUnit.NANOSECONDS.toMillis(
                                        doubt.verification().within().toNanos())
                                + " ms, the last time because of: " + Reason.of(reason),
                marker().resolution(asking.token),
                lost);
        if (reason != lost) {
            unknown.addSuppressed(reason);
        }
        return new Resolution(TransactionOutcome.IN_DOUBT, unknown);
    }
}
