package org.reactivesessions.transaction;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.dialect.FailureClass;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.health.Sentinel;
import org.reactivesessions.observation.AttemptReport;
import org.reactivesessions.observation.AttemptReport.Kind;
import org.reactivesessions.observation.SessionListener;
import org.reactivesessions.observation.TransactionObserver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.util.context.ContextView;

/** What is told of transactions to the listener, the log and whoever watches for a read-only database. Thread-safe. */
final class Reports {

    private static final Logger log = LoggerFactory.getLogger("org.reactivesessions.transaction");
    private static final int NAMES_REMEMBERED = 1_000;

    private final SessionListener listener;
    private final Dialect dialect;
    private final Sentinel sentinel;
    private final Tally tally;
    private final Set<String> saidOfStreams = ConcurrentHashMap.newKeySet();

    Reports(SessionListener listener, Dialect dialect, Sentinel sentinel, Tally tally) {
        this.listener = listener;
        this.dialect = dialect;
        this.sentinel = sentinel;
        this.tally = tally;
    }

    /** A transaction was subscribed; who watches it, {@code null} for nobody. */
    @Nullable
    TransactionObserver started(TransactionOptions options, ContextView context) {
        tally.opened();
        try {
            return listener.started(options.name(), context);
        } catch (Throwable thrown) {
            failed(options, thrown);
            return null;
        }
    }

    /** An attempt of a transaction has got its connection. */
    void acquired(TransactionOptions options, ContextView context, int attempt, PhaseTimes times) {
        TransactionObserver observer = Observed.of(context);
        if (observer != null) {
            tell(options, () -> observer.acquired(attempt, times.acquiring()));
        }
    }

    /** Whether anybody wants to know how a run went. */
    boolean wantsReport(ContextView context) {
        return listener != SessionListener.none() || Observed.of(context) != null;
    }

    /** A run of something with a connection of its own has ended. */
    void attempted(TransactionOptions options, ContextView context, AttemptReport report) {
        tell(options, () -> listener.attempted(report));
        TransactionObserver observer = report.kind() == Kind.TRANSACTION ? Observed.of(context) : null;
        if (observer != null) {
            tell(options, () -> observer.attempted(report));
        }
    }

    /** A transaction has ended; told exactly once of each. */
    void ended(
            TransactionOptions options,
            ContextView context,
            LifePhase phase,
            TransactionOutcome outcome,
            @Nullable Throwable error,
            boolean subscriberLeft,
            long delivered) {
        tally.ended(outcome, subscriberLeft);
        log.debug("{}: {} in {}", options.name(), outcome, phase);
        lookAt(phase, error);
        if (subscriberLeft && outcome == TransactionOutcome.IN_DOUBT) {
            log.warn(
                    "{}: nobody hears that its outcome is unknown, because its subscriber has left",
                    options.name(),
                    error);
        }
        if (subscriberLeft
                && error == null
                && delivered > 0
                && phase == LifePhase.ACTIVE
                && firstTime(options.name())) {
            log.info(
                    "{}: cancelled by its subscriber after {} row(s): rolled back; take(n) and next() cancel."
                            + " Use withTransaction(…collectList()) to keep the transaction. Said once per name.",
                    options.name(),
                    delivered);
        }
        tell(options, () -> listener.ended(options.name(), phase, outcome, error));
        TransactionObserver observer = Observed.of(context);
        if (observer != null) {
            tell(options, () -> observer.ended(phase, outcome, error));
        }
    }

    /** An attempt has ended, and another one follows. */
    void repeating(
            TransactionOptions options,
            LifePhase phase,
            int attempt,
            Duration wait,
            TransactionOutcome outcome,
            Throwable error) {
        log.debug("{}: {}; attempt {} in {} ms", options.name(), outcome, attempt, wait.toMillis(), error);
        lookAt(phase, error);
        tell(options, () -> listener.repeating(options.name(), attempt, wait, outcome, error));
    }

    /** The watch has ended a transaction between two attempts. */
    void timedOut() {
        tally.timedOut();
    }

    /** Another attempt begins. */
    void ranAgain() {
        tally.ranAgain();
    }

    /** A transaction that was in doubt is not any more, or stays so for good. */
    void resolved(TransactionOptions options, TransactionOutcome outcome, Duration took) {
        log.warn("{}: was in doubt for {} ms and is {}", options.name(), took.toMillis(), outcome);
        tell(options, () -> listener.resolved(options.name(), outcome, took));
    }

    /** An error that can change nothing any more: kept beside the one that counts, if there is one. */
    void cameTooLate(TransactionOptions options, @Nullable Throwable primary, @Nullable Throwable late) {
        if (late == null || late == primary) {
            return;
        }
        if (primary != null) {
            primary.addSuppressed(late);
        }
        log.debug("{}: an error after the end was decided", options.name(), late);
    }

    void hookFailed(TransactionOptions options, TransactionOutcome outcome, Throwable error) {
        log.error("{}: {}, but a hook that ran afterwards failed", options.name(), outcome, error);
    }

    void destroying(TransactionOptions options, String why, @Nullable Throwable error) {
        log.warn("{}: destroying its connection: {}", options.name(), why, error);
    }

    void subscriberThrew(TransactionOptions options, Throwable thrown) {
        log.error("{}: its subscriber threw out of a terminal signal", options.name(), thrown);
    }

    private void lookAt(LifePhase phase, @Nullable Throwable error) {
        if (error != null && saysReadOnly(phase, error)) {
            sentinel.look();
        }
    }

    /** Foreign code, which must not keep a life from ending. */
    private boolean saysReadOnly(LifePhase phase, Throwable error) {
        try {
            return dialect.classify(phase, error) == FailureClass.READ_ONLY;
        } catch (Throwable thrown) {
            log.error("The dialect could not tell what an error says", thrown);
            return false;
        }
    }

    private void tell(TransactionOptions options, Runnable event) {
        try {
            event.run();
        } catch (Throwable thrown) {
            failed(options, thrown);
        }
    }

    private static void failed(TransactionOptions options, Throwable thrown) {
        log.error("{}: the session listener failed", options.name(), thrown);
    }

    private boolean firstTime(String name) {
        return saidOfStreams.size() < NAMES_REMEMBERED && saidOfStreams.add(name);
    }
}
