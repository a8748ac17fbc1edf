package org.reactivesessions.wire;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.Scannable;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * One subscription behind a {@link StatementGate}. It subscribes, requests and cancels on the connection's executor, holds
 * a cancel back until its subscribe has returned (a cancel in between would leak the encoded parameters), is listed as
 * open until it ends, and reports the first error of the database.
 *
 * <p>Thread-safe as a {@link Subscription}; the fields without {@code volatile} belong to the executor.
 */
final class GatedSubscriber<T> implements CoreSubscriber<T>, Subscription, BehindRows.Newcomer, Scannable {

    private final StatementGate gate;
    private final String what;
    private final Publisher<T> source;
    private final Passage passage;
    private final CoreSubscriber<? super T> actual;
    private final Context context;
    private volatile boolean cancelled;
    private volatile boolean ended;
    private boolean subscribing;
    private boolean came;
    private boolean sent;
    private boolean answered;
    private boolean timed;
    private long sentAt;
    private long requestedEarly;
    private @Nullable Subscription upstream;
    private final Pace pace;

    GatedSubscriber(
            StatementGate gate, String what, Publisher<T> source, Passage passage, CoreSubscriber<? super T> actual) {
        this.gate = gate;
        this.what = what;
        this.source = source;
        this.passage = passage;
        this.actual = actual;
        this.context = DriverContext.of(actual.currentContext());
        this.pace = new Pace(gate.behindRows());
    }

    void start() {
        actual.onSubscribe(this);
        Throwable late = gate.lateness();
        gate.executor().execute(late == null ? this : () -> refuse(late));
    }

    /** Whoever comes after the end hears it with the stack of his subscribe. */
    private void refuse(Throwable late) {
        if (!isOver()) {
            ended = true;
            actual.onError(late);
        }
    }

    @Override
    public String what() {
        return what;
    }

    Pace pace() {
        return pace;
    }

    /** Whether it has rows that come only as they are asked for. */
    boolean isPaced() {
        return passage.hasRows() && pace.isBounded();
    }

    /** Whether those rows have stopped, or would at once if nobody asked any more. */
    boolean stopsExactly() {
        return passage.stopsExactly() && pace.isBounded();
    }

    /** Whether it has rows and nobody asks for them. */
    boolean isPaused() {
        return isPaced() && pace.isPaused();
    }

    @Override
    public boolean isOver() {
        return cancelled || ended || answered;
    }

    @Override
    public boolean mayBeSentBehind() {
        return true;
    }

    @Override
    public @Nullable GatedSubscriber<?> sent() {
        return sent ? this : null;
    }

    /** If it was sent already, it may yet take effect, so the scope has to end whatever becomes of the error. */
    @Override
    public void stuck(Throwable why) {
        if (giveUp(why) && sent) {
            gate.crashed(why);
        }
    }

    /** Ends with an error instead of its own answers, on the executor; {@code false} if it was over before. */
    boolean giveUp(Throwable why) {
        if (cancelled || ended) {
            return false;
        }
        cancel();
        ended = true;
        tell(why);
        return true;
    }

    /** Subscribes to the driver, on the executor. */
    @Override
    public void run() {
        if (isOver() || sent || gate.mustWait(this, passage.isPatient())) {
            return;
        }
        Throwable refusal = gate.refusal();
        if (refusal != null) {
            refuse(refusal);
            return;
        }
        if (passage.sends() && gate.mustWaitForBegin(what, this)) {
            return;
        }
        if (passage.waitsBehindRows() && mustWaitBehindRows()) {
            return;
        }
        sent = true;
        if (passage.isStatement()) {
            gate.conduct().statement(what);
        }
        if (passage.sends()) {
            gate.conduct().sent(what);
        }
        gate.statements().opened(this);
        if (cancelled) { // too early to find this on the list
            gate.statements().ended(this, null);
            return;
        }
        startTiming();
        subscribing = true;
        try {
            source.subscribe(gate.executor().isConfined() ? new Lookahead<>(this, this::more) : this);
        } catch (Throwable thrown) {
            onError(thrown);
        }
        subscribing = false;
        if (cancelled) {
            cancelHere();
        }
    }

    private void startTiming() {
        GateWatch timer = passage.sends() ? gate.conduct().timer() : null;
        if (timer != null) {
            timed = true;
            sentAt = timer.nanoTime();
        }
    }

    private void stopTiming() {
        GateWatch timer = timed ? gate.conduct().timer() : null;
        timed = false;
        if (timer != null) {
            gate.conduct().took(timer, what, timer.nanoTime() - sentAt);
        }
    }

    private boolean mustWaitBehindRows() {
        boolean first = !came;
        came = true;
        return gate.behindRows().mustWait(this, first);
    }

    private void more() {
        pace.more(this);
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        if (gate.executor().isCurrent()) {
            onSubscribeHere(subscription);
        } else {
            gate.executor().execute(() -> onSubscribeHere(subscription));
        }
    }

    private void onSubscribeHere(Subscription subscription) {
        if (!Operators.validate(upstream, subscription)) {
            return;
        }
        upstream = subscription;
        if (cancelled && !subscribing) {
            cancelHere();
        } else if (requestedEarly > 0) {
            subscription.request(requestedEarly);
        }
    }

    @Override
    public void onNext(T element) {
        if (cancelled || ended) {
            Operators.onDiscard(element, actual.currentContext());
            return;
        }
        if (passage.hasRows() && gate.isBeginning()) {
            Operators.onDiscard(element, actual.currentContext());
            stuck(gate.insteadOfAnswer(what));
            return;
        }
        answer(null);
        gate.deliveries().begin();
        pace.delivering();
        try {
            actual.onNext(element);
        } catch (Throwable thrown) {
            crash(thrown);
        } finally {
            pace.delivered();
            gate.deliveries().end();
        }
    }

    /** A result by itself is no answer: a driver makes one before it has sent anything. */
    private void answer(@Nullable Throwable error) {
        if (!answered) {
            answered = true;
            if (error != null || passage.hasRows()) {
                gate.statements().answered(error);
            }
        }
    }

    @Override
    public void onError(Throwable error) {
        if (ended) {
            return;
        }
        ended = true;
        answer(error);
        stopTiming();
        gate.conduct().failed();
        gate.statements().ended(this, error);
        pace.letGo(); // first, so that nobody who hears the end comes before who has waited for it
        if (!cancelled) {
            tell(passage.describesErrors() ? gate.described(error) : error);
        }
    }

    private void tell(Throwable error) {
        try {
            actual.onError(error);
        } catch (Throwable thrown) {
            crash(thrown);
        }
    }

    @Override
    public void onComplete() {
        if (ended) {
            return;
        }
        if (passage.hasRows() && !cancelled && gate.isBeginning()) {
            stuck(gate.insteadOfAnswer(what));
            return;
        }
        ended = true;
        answer(null);
        stopTiming();
        if (passage.hasRows()) {
            gate.statements().answeredInFull();
        }
        gate.statements().ended(this, null);
        pace.letGo();
        if (!cancelled) {
            try {
                actual.onComplete();
            } catch (Throwable thrown) {
                crash(thrown);
            }
        }
    }

    @Override
    public void request(long n) {
        if (gate.executor().isCurrent()) {
            requestHere(n);
        } else {
            gate.executor().execute(() -> requestHere(n));
        }
    }

    private void requestHere(long n) {
        if (n > 0) {
            pace.asked(n);
        }
        Subscription driver = upstream;
        if (driver != null) {
            driver.request(n);
        } else if (Operators.validate(n)) {
            requestedEarly = Operators.addCap(requestedEarly, n);
        }
    }

    @Override
    public void cancel() {
        if (cancelled || ended) {
            return;
        }
        cancelled = true;
        gate.statements().cancelled(this);
        if (gate.executor().isCurrent()) {
            cancelHere();
        } else {
            gate.executor().execute(this::cancelHere);
        }
    }

    private void cancelHere() {
        pace.letGo();
        stopTiming();
        if (subscribing || upstream == null) {
            return;
        }
        try {
            upstream.cancel();
        } catch (Throwable thrown) {
            gate.misbehaved("cancelling " + what, thrown);
        }
    }

    /** A subscriber threw out of a signal: the scope has to end, and the driver's stack must not be torn down with it. */
    private void crash(Throwable thrown) {
        cancel();
        gate.crashed(Exceptions.unwrap(thrown));
    }

    @Override
    public Context currentContext() {
        return context;
    }

    @Override
    @SuppressWarnings("rawtypes")
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.PARENT) {
            return upstream;
        }
        if (key == Attr.ACTUAL) {
            return actual;
        }
        if (key == Attr.CANCELLED) {
            return cancelled;
        }
        if (key == Attr.TERMINATED) {
            return ended;
        }
        return null;
    }
}
