package org.reactivesessions.benchmarks;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.observation.AttemptReport;
import org.reactivesessions.observation.ConnectionEnd;
import org.reactivesessions.observation.SessionListener;
import org.reactivesessions.observation.TransactionObserver;
import reactor.util.context.ContextView;

/** A listener that takes everything a transaction has to tell, and keeps no more than sums. Thread-safe. */
final class CountingListener implements SessionListener {

    private final LongAdder events = new LongAdder();
    private final LongAdder nanos = new LongAdder();
    private final @Nullable TransactionObserver observer;

    /** @param observing whether it watches each transaction by itself as well, as traces do */
    CountingListener(boolean observing) {
        this.observer = observing ? new Observer() : null;
    }

    private final class Observer implements TransactionObserver {

        @Override
        public void acquired(int attempt, Duration waited) {
            count(waited);
        }

        @Override
        public void attempted(AttemptReport report) {
            count(report.total());
        }

        @Override
        public void ended(LifePhase phase, TransactionOutcome outcome, @Nullable Throwable error) {
            events.increment();
        }
    }

    private void count(Duration took) {
        events.increment();
        nanos.add(took.toNanos());
    }

    @Override
    public @Nullable TransactionObserver started(String name, ContextView context) {
        events.increment();
        return observer;
    }

    @Override
    public void attempted(AttemptReport report) {
        count(report.acquiring());
        count(report.beginning());
        count(report.active());
        count(report.ending());
    }

    @Override
    public void ended(String name, LifePhase phase, TransactionOutcome outcome, @Nullable Throwable error) {
        events.increment();
    }

    @Override
    public void connectionOpened(Duration took) {
        count(took);
    }

    @Override
    public void connectionClosed(ConnectionEnd why) {
        events.increment();
    }
}
