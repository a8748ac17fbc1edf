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
import org.reactivesessions.observation.ActiveSession;
import org.reactivesessions.observation.AttemptReport;
import org.reactivesessions.observation.AttemptReport.Kind;
import org.reactivesessions.observation.HookMoment;
import org.reactivesessions.observation.LogEvent;
import org.reactivesessions.observation.LogOptions;
import org.reactivesessions.observation.SessionListener;
import org.reactivesessions.observation.TransactionObserver;
import org.reactivesessions.wire.Conduct;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.util.context.ContextView;

/** What is told of transactions to the listener, the log and whoever watches for a read-only database. Thread-safe. */
final class Reports {

    private static final Logger log = LoggerFactory.getLogger("org.reactivesessions.transaction");
    private static final int NAMES_REMEMBERED = 1_000;

    private final SessionListener listener;
    private final TransactionLog lines;
    private final SlowLog slow;
    private final Dialect dialect;
    private final Sentinel sentinel;
    private final Tally tally;
    private final Set<String> saidOfStreams = ConcurrentHashMap.newKeySet();

    Reports(SessionListener listener, LogOptions logs, SlowLog slow, Dialect dialect, Sentinel sentinel, Tally tally) {
        this.listener = listener;
        this.lines = new TransactionLog(logs, dialect);
        this.slow = slow;
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
            failed(options.name(), thrown);
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

    /** BEGIN of a transaction was answered. */
    void begun(TransactionOptions options, int attempt, PhaseTimes times, @Nullable Long backend) {
        lines.begun(options.name(), attempt, times, backend);
    }

    /** Whether anybody wants to know how a run went. */
    boolean wantsReport(ContextView context) {
        return listener != SessionListener.none() || Observed.of(context) != null;
    }

    /**
     * Whether anybody would read how a run went.
     *
     * @param event what its end would be logged as
     * @param age how long the transaction took up to now, in nanoseconds
     */
    boolean isRead(LogEvent event, long age) {
        return slow.isSlow(age) || lines.isOn(event) || lines.isOn(LogEvent.RELEASE);
    }

    /**
     * A run of something with a connection of its own is to be read about.
     *
     * @param conduct what it has sent, {@code null} if it has got no connection
     */
    void logged(TransactionLog.End end, @Nullable Conduct conduct) {
        lines.ended(end);
        AttemptReport report = end.report();
        if (report.kind() == Kind.TRANSACTION && !report.repeated() && slow.isSlow(end.age())) {
            slow.transaction(report, end.age(), conduct);
        }
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
        lookAt(phase, error);
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

    /** A transaction is about to end between two runs, or without any. */
    void endedWithoutRun(TransactionOptions options, TransactionOutcome outcome, Throwable error, boolean byCancel) {
        lines.endedWithoutRun(options.name(), outcome, error, byCancel);
    }

    /** An attempt has ended, and another one follows. */
    void repeating(
            TransactionOptions options,
            LifePhase phase,
            int attempt,
            Duration wait,
            TransactionOutcome outcome,
            Throwable error) {
        lines.repeating(options.name(), attempt, wait, outcome, error);
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

    /** Hooks have run to their end. */
    void hooksRan(TransactionOptions options, HookMoment moment, Duration took, @Nullable Throwable error) {
        tell(options, () -> listener.hooksRan(options.name(), moment, took, error));
    }

    /** Somebody gets nowhere. */
    void suspected(ActiveSession session) {
        tally.suspected();
        tell(session.name(), () -> listener.suspected(session));
    }

    /** Somebody has used a session after its end. */
    void usedAfterEnd(String name, Throwable use) {
        tally.usedAfterEnd();
        tell(name, () -> listener.usedAfterEnd(name, use));
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
        tell(options.name(), event);
    }

    private static void tell(String name, Runnable event) {
        try {
            event.run();
        } catch (Throwable thrown) {
            failed(name, thrown);
        }
    }

    private static void failed(String name, Throwable thrown) {
        log.error("{}: the session listener failed", name, thrown);
    }

    private boolean firstTime(String name) {
        return saidOfStreams.size() < NAMES_REMEMBERED && saidOfStreams.add(name);
    }
}
