package org.reactivesessions.postgres;

import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.postgres.HostConnections.Found;
import org.reactivesessions.postgres.HostConnections.Host;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

/**
 * One search for a host that will do. Hosts are tried one after the other; each has an equal share of the time that is left, so
 * that none that is silent uses up what the others need. A connection to a host that will not do is closed, and so is whatever
 * comes after the search has ended.
 *
 * <p>Belongs to the thread that has heard of the last attempt; it may be cancelled by any.
 */
final class HostSearch {

    private static final Scheduler TIMER = Schedulers.parallel();

    private final HostConnections among;
    private final MonoSink<Connection> sink;
    private final HostAnswers answers = new HostAnswers();
    private final Deque<Integer> left;
    private final long end;
    /** One that will do if there is none better. */
    private final AtomicReference<@Nullable Connection> secondBest = new AtomicReference<>();

    private volatile @Nullable Attempt current;
    private volatile boolean cancelled;

    HostSearch(HostConnections among, MonoSink<Connection> sink) {
        this.among = among;
        this.sink = sink;
        this.left = new ArrayDeque<>(among.memory().order());
        this.end = System.nanoTime() + among.limit().toNanos();
    }

    void start() {
        sink.onCancel(this::cancel);
        next();
    }

    private void cancel() {
        cancelled = true;
        Attempt last = current;
        if (last != null && last.abandon()) {
            among.memory().failed(last.host); // so that whoever has less patience begins with another one
        }
        closeSecondBest();
    }

    private void closeSecondBest() {
        Connection kept = secondBest.getAndSet(null);
        if (kept != null) {
            HostConnections.close(kept);
        }
    }

    private void next() {
        Integer host = left.poll();
        if (host == null || (secondBest.get() != null && among.memory().isResting(host))) {
            conclude();
            return;
        }
        Attempt attempt = new Attempt(host, share());
        current = attempt;
        if (cancelled) {
            closeSecondBest();
        } else {
            attempt.start();
        }
    }

    private Duration share() {
        long nanos = Math.max(0, end - System.nanoTime()) / (left.size() + 1);
        return Duration.ofMillis(Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos)));
    }

    private void conclude() {
        Connection kept = secondBest.getAndSet(null);
        if (kept != null) {
            sink.success(kept);
        } else if (!cancelled) {
            sink.error(answers.toError());
        }
    }

    private void judge(int host, Found found) {
        HostMemory memory = among.memory();
        if (!among.asks()) {
            memory.answered(host);
            sink.success(found.connection());
            return;
        }
        if (found.standby()) {
            memory.standby(host);
        } else {
            memory.primary(host);
        }
        boolean wanted = found.standby() == (among.target() == HostTarget.PREFER_STANDBY);
        if (wanted) {
            closeSecondBest();
            sink.success(found.connection());
        } else if (among.target() == HostTarget.PREFER_STANDBY) {
            closeSecondBest();
            secondBest.set(found.connection());
            next();
        } else {
            HostConnections.close(found.connection());
            answers.standby(among.hosts().get(host).endpoint());
            next();
        }
    }

    /** One try of one host, which ends by what is heard of it, by its time, or by the end of the search: whatever is first. */
    private final class Attempt extends BaseSubscriber<Found> {

        private final int host;
        private final Duration share;
        private final AtomicBoolean over = new AtomicBoolean();
        private final Disposable.Swap timer = Disposables.swap();

        Attempt(int host, Duration share) {
            this.host = host;
            this.share = share;
        }

        void start() {
            Host where = among.hosts().get(host);
            timer.update(TIMER.schedule(this::isSilent, share.toMillis(), TimeUnit.MILLISECONDS));
            among.open(where).subscribe(this);
        }

        private boolean ends() {
            boolean first = over.compareAndSet(false, true);
            timer.dispose();
            return first;
        }

        /** Whether nothing was heard of it until now. */
        boolean abandon() {
            boolean first = ends();
            cancel();
            return first;
        }

        private void isSilent() {
            if (abandon()) {
                among.memory().failed(host);
                answers.silent(among.hosts().get(host).endpoint(), share);
                next();
            }
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            requestUnbounded();
        }

        @Override
        protected void hookOnNext(Found found) {
            if (ends()) {
                judge(host, found);
            } else {
                HostConnections.close(found.connection());
            }
        }

        @Override
        protected void hookOnError(Throwable error) {
            if (ends()) {
                if (answers.failed(among.hosts().get(host).endpoint(), error, isWanted())) {
                    among.memory().failed(host);
                }
                next();
            }
        }

        private boolean isWanted() {
            return among.target() != HostTarget.PRIMARY || !among.memory().wasStandby(host);
        }

        @Override
        protected void hookOnComplete() {
            if (ends()) {
                answers.failed(
                        among.hosts().get(host).endpoint(),
                        new IllegalStateException("the driver completed without a connection"),
                        isWanted());
                next();
            }
        }

        /** The one in which a password travels. */
        @Override
        public Context currentContext() {
            return Context.of(sink.contextView());
        }
    }
}
