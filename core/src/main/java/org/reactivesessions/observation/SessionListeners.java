package org.reactivesessions.observation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** Several listeners, of which each hears everything. As thread-safe as they are. */
record SessionListeners(List<SessionListener> all) implements SessionListener {

    static final SessionListener NONE = (name, phase, outcome, error) -> {};

    private static final Logger log = LoggerFactory.getLogger(SessionListener.class);

    private static <T> void each(List<T> hearers, Consumer<T> event) {
        for (T hearer : hearers) {
            try {
                event.accept(hearer);
            } catch (Throwable thrown) {
                log.error("A session listener failed", thrown);
            }
        }
    }

    @Override
    public void ended(String name, LifePhase phase, TransactionOutcome outcome, @Nullable Throwable error) {
        each(all, each -> each.ended(name, phase, outcome, error));
    }

    @Override
    public void retrying(String name, int attempt, Duration wait, Throwable error) {
        each(all, each -> each.retrying(name, attempt, wait, error));
    }

    @Override
    public void repeating(String name, int attempt, Duration wait, TransactionOutcome outcome, Throwable error) {
        each(all, each -> each.repeating(name, attempt, wait, outcome, error));
    }

    @Override
    public void resolved(String name, TransactionOutcome outcome, Duration took) {
        each(all, each -> each.resolved(name, outcome, took));
    }

    @Override
    public void circuitChanged(String name, BreakerState from, BreakerState to) {
        each(all, each -> each.circuitChanged(name, from, to));
    }

    @Override
    public @Nullable TransactionObserver started(String name, ContextView context) {
        List<TransactionObserver> observers = new ArrayList<>(0);
        each(all, each -> {
            TransactionObserver observer = each.started(name, context);
            if (observer != null) {
                observers.add(observer);
            }
        });
        return switch (observers.size()) {
            case 0 -> null;
            case 1 -> observers.get(0);
            default -> new Observers(observers);
        };
    }

    @Override
    public void attempted(AttemptReport report) {
        each(all, each -> each.attempted(report));
    }

    @Override
    public void hooksRan(String name, HookMoment moment, Duration took, @Nullable Throwable error) {
        each(all, each -> each.hooksRan(name, moment, took, error));
    }

    @Override
    public void connectionOpened(Duration took) {
        each(all, each -> each.connectionOpened(took));
    }

    @Override
    public void connectionRefused(Duration took, Throwable error) {
        each(all, each -> each.connectionRefused(took, error));
    }

    @Override
    public void connectionClosed(ConnectionEnd why) {
        each(all, each -> each.connectionClosed(why));
    }

    @Override
    public void suspected(ActiveSession session) {
        each(all, each -> each.suspected(session));
    }

    @Override
    public void usedAfterEnd(String name, Throwable use) {
        each(all, each -> each.usedAfterEnd(name, use));
    }

    /** Several observers of one transaction. */
    private record Observers(List<TransactionObserver> all) implements TransactionObserver {

        @Override
        public Context inside(Context context) {
            Context made = context;
            for (TransactionObserver observer : all) {
                try {
                    made = observer.inside(made);
                } catch (Throwable thrown) {
                    log.error("A session listener failed", thrown);
                }
            }
            return made;
        }

        @Override
        public void acquired(int attempt, Duration waited) {
            each(all, each -> each.acquired(attempt, waited));
        }

        @Override
        public void attempted(AttemptReport report) {
            each(all, each -> each.attempted(report));
        }

        @Override
        public void ended(LifePhase phase, TransactionOutcome outcome, @Nullable Throwable error) {
            each(all, each -> each.ended(phase, outcome, error));
        }
    }
}
