package org.reactivesessions.proof.contestant;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.observation.AttemptReport;
import org.reactivesessions.observation.TransactionObserver;
import org.reactivesessions.proof.journal.Told;
import org.reactivesessions.proof.workload.Witness;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Hears how one transaction of this library ended. Thread-safe. */
final class Watch implements TransactionObserver {

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final Sinks.One<TransactionOutcome> end = Sinks.one();
    private volatile boolean started;
    private volatile boolean doubted;
    private volatile int attempts;

    void start() {
        started = true;
    }

    void doubt() {
        doubted = true;
    }

    @Override
    public void attempted(AttemptReport report) {
        attempts = report.attempt();
    }

    @Override
    public void ended(LifePhase phase, TransactionOutcome outcome, @Nullable Throwable error) {
        end.tryEmitValue(outcome);
    }

    /**
     * What it comes to when the observer has heard of its end too.
     *
     * @param error what the subscriber has heard, empty for success
     * @param witness {@code null} if the two need not agree: the subscriber has left, or hears before COMMIT is answered
     */
    Mono<Verdict> verdict(String error, @Nullable Witness witness) {
        if (!started) {
            return Mono.just(verdict(TransactionOutcome.NOT_STARTED, error));
        }
        return end.asMono()
                .timeout(PATIENCE, Mono.empty())
                .map(outcome -> {
                    if (witness != null && error.isEmpty() != (outcome == TransactionOutcome.COMMITTED)) {
                        witness.alarm("the listener heard " + outcome + ", the subscriber "
                                + (error.isEmpty() ? "success" : error));
                    }
                    return verdict(outcome, error);
                })
                .defaultIfEmpty(new Verdict(Told.NOTHING, attempts, doubted, error));
    }

    /** A value that was only read is handed over when COMMIT is sent; whoever has it is told all there is to tell. */
    Mono<Verdict> ofReader(String error) {
        return verdict(error, null)
                .map(verdict -> error.isEmpty()
                        ? new Verdict(Told.ACK, verdict.attempts(), verdict.doubted(), error)
                        : verdict);
    }

    private Verdict verdict(TransactionOutcome outcome, String error) {
        Told told = switch (outcome) {
            case COMMITTED -> Told.ACK;
            case ROLLED_BACK -> Told.ROLLED_BACK;
            case NOT_STARTED -> Told.NOT_STARTED;
            case IN_DOUBT -> Told.UNKNOWN;
        };
        return new Verdict(told, attempts, doubted, error);
    }
}
