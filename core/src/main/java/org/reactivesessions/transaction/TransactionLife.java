package org.reactivesessions.transaction;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.observation.ActiveSession;
import org.reactivesessions.observation.WaitsFor;
import org.reactivesessions.wire.StatementGate;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/**
 * The life of one transaction, which is the Subscription of its subscriber.
 *
 * <pre>
 * ACQUIRING → BEGINNING → ACTIVE → COMMITTING ─┬→ DONE
 *     └────────────┴─────────┴──→ ROLLING_BACK ┘
 * </pre>
 *
 * <p>One atomic state decides every race: a lease, an answer, the function's end, a cancel and a deadline each try to move
 * it, and whoever fails does nothing. BEGIN, COMMIT and ROLLBACK are never cancelled; their answer or their deadline moves
 * the life on. Everything that touches the connection runs on its executor, behind the gate. Any doubt about the
 * connection destroys it.
 *
 * <p>Thread-safe.
 */
final class TransactionLife<T, S> extends Running.Member
        implements Subscription, Entry.Receiver, FunctionSubscription.Owner, Scannable {

    @SuppressWarnings("rawtypes")
    private static final AtomicReferenceFieldUpdater<TransactionLife, LifeState> STATE =
            AtomicReferenceFieldUpdater.newUpdater(TransactionLife.class, LifeState.class, "state");

    private final Transactions<S> home;
    private final TransactionOptions options;
    private final Way<S> way;
    private final PhaseTimes times;
    private final CoreSubscriber<? super T> actual;
    private final Outlet<T> outlet;
    private final Deadline deadline;
    private final TimedCommands commands;
    private final Entry entry;
    private final Ending<T> ending;
    private final Work<T, S> work;
    private final @Nullable Throwable assembly;
    private volatile LifeState state = LifeState.ACQUIRING;
    // Written before the state, or the executor, hands the life to the thread that reads them.
    private @Nullable HeldConnection connection;
    private volatile boolean resetting;
    private volatile boolean functionEnded;

    TransactionLife(
            Transactions<S> home,
            TransactionOptions options,
            Way<S> way,
            PhaseTimes times,
            Function<? super S, ? extends Publisher<? extends T>> function,
            CoreSubscriber<? super T> actual,
            Outlet<T> outlet,
            Attempt attempt,
            @Nullable Throwable assembly) {
        this.home = home;
        this.options = options;
        this.way = way;
        this.times = times;
        this.actual = actual;
        this.outlet = outlet;
        this.assembly = assembly;
        Context context = actual.currentContext();
        this.deadline = home.deadline();
        this.commands = new TimedCommands(deadline, context);
        this.entry = way.entry().entry(this);
        this.ending = new Ending<>(home, options, way, times, context, outlet, attempt, this);
        this.work = new Work<>(home, options, way, function, this, outlet, context, attempt.number());
    }

    // ---------------------------------------------------------------- the subscriber

    /** @param mayFollow whether it may begin although the sessions were closed */
    void start(boolean mayFollow) {
        actual.onSubscribe(this);
        Closure closed = home.running().enter(this, mayFollow);
        if (closed != null) {
            failed(closed.refusal(options.name()));
            return;
        }
        home.watch().wake();
        DueTime due = times.due();
        if (due != null) {
            deadline.armFinally(due.nanos(), this::timeIsOver);
        }
        entry.start();
        if (entry.isPending()) {
            deadline.armFirst(entry.limit(), entry::expire);
        }
    }

    @Override
    public void request(long n) {
        if (n <= 0) {
            end(new IllegalArgumentException("request must be > 0 (Reactive Streams §3.9), but was " + n));
            return;
        }
        long demand = outlet.requested(n);
        if (demand > 0) {
            work.request(demand);
        }
    }

    @Override
    public void cancel() {
        if (ending.detach()) {
            end(null);
        } else {
            outlet.discard();
        }
    }

    /** Ends the life early, with an error or, when it is {@code null}, by cancel. The first end counts. */
    @Override
    public void end(@Nullable Throwable why) {
        while (true) {
            LifeState now = state;
            switch (now.phase()) {
                case ACQUIRING, BEGINNING, ACTIVE -> {
                    if (!move(now, now.to(LifePhase.ROLLING_BACK, why))) {
                        continue;
                    }
                    noteEnd();
                    if (now.phase() == LifePhase.ACTIVE) {
                        rollBack();
                    } else if (now.phase() == LifePhase.BEGINNING) { // its answer goes on
                        if (now.work() != LifeState.Work.NOT_CALLED) {
                            stopWork(() -> {});
                        }
                    } else if (entry.cancel()) {
                        finish(null);
                    } // otherwise the pool's answer is on its way and goes on
                }
                default -> home.reports().cameTooLate(options, now.failure(), why);
            }
            if (connection != null) {
                connection.leaving();
            }
            return;
        }
    }

    @Override
    public void failedByItself(Throwable error) {
        functionEnded = true;
        end(error);
    }

    private void noteEnd() {
        HeldConnection held = connection;
        if (held != null) {
            held.endDecided(functionEnded, assembly == null ? null : Watch.end(assembly));
        }
    }

    /**
     * The subscriber hears it at once. COMMIT, once it is to be sent, has a limit of its own; when it was answered, the
     * subscriber need not wait for what is done for the next one.
     */
    private void timeIsOver() {
        if (resetting && !ending.hasHooks()) {
            ending.signalEarly(state.failure());
            return;
        }
        LifeState now = state;
        endAtOnce(times.over(options.name(), now.phase(), isTransactional(now), openStatement(now)));
    }

    @Override
    void overdue(Closure closure) {
        LifeState now = state;
        if (way.outer() == null) { // otherwise whoever is around it ends it
            endAtOnce(closure.overdue(options.name(), now.phase(), way.endsTransaction(), openStatement(now)));
        }
    }

    @Override
    boolean tooLong(LifePhase phase, Duration limit) {
        LifeState now = state;
        boolean stays = now.phase() == phase && times.inPhase().compareTo(limit) >= 0;
        if (!stays || way.reported() == null) { // what is inside ends with what is around it
            return false;
        }
        endAtOnce(times.tooLong(options.name(), phase, limit, isTransactional(now), openStatement(now)));
        return true;
    }

    /** Whether nothing of it will be durable if it ends now. */
    private boolean isTransactional(LifeState now) {
        HeldConnection held = now.phase() == LifePhase.ACQUIRING ? null : connection;
        return held == null || held.isTransactional();
    }

    @Override
    boolean isWaiting() {
        return state.phase() == LifePhase.ACQUIRING;
    }

    @Override
    boolean isCounted() {
        return way.reported() != null;
    }

    private @Nullable String openStatement(LifeState now) {
        HeldConnection held = now.phase() == LifePhase.ACQUIRING ? null : connection;
        return held == null ? null : held.gate().openStatement();
    }

    @Override
    String scopeName() {
        return options.name();
    }

    /** From the outside, so what is read first may be a little older than what is read last. */
    @Override
    ActiveSession look(int position) {
        LifePhase phase = state.phase();
        HeldConnection held = phase == LifePhase.ACQUIRING ? null : connection;
        Scope<S> outer = way.outer();
        return new ActiveSession(
                options.name(),
                outer == null ? null : outer.name(),
                phase,
                times.age(),
                times.inPhase(),
                work.attempt(),
                held == null ? 0 : held.gate().conduct().statements(),
                held == null ? null : held.gate().conduct().lastStatement(),
                held == null ? null : held.lease().backend(),
                waitsFor(phase, held),
                position,
                assembly);
    }

    private static WaitsFor waitsFor(LifePhase phase, @Nullable HeldConnection held) {
        if (held == null) {
            return WaitsFor.CONNECTION;
        }
        if (phase != LifePhase.ACTIVE) {
            return WaitsFor.DATABASE;
        }
        if (held.gate().isPaused()) {
            return WaitsFor.SUBSCRIBER;
        }
        return held.gate().openStatement() == null ? WaitsFor.FUNCTION : WaitsFor.DATABASE;
    }

    /** Ends the life early, without letting the subscriber wait for what is to be cleaned up. */
    private void endAtOnce(Throwable why) {
        end(why);
        LifeState now = state;
        if (now.phase() == LifePhase.ROLLING_BACK) {
            ending.signalEarly(now.failure());
        }
    }

    // ---------------------------------------------------------------- ACQUIRING

    @Override
    public void delivered(HeldConnection held) {
        connection = held;
        boolean early = held.orElse(false, held::startsEarly);
        if (move(LifeState.ACQUIRING, early ? LifeState.EARLY : LifeState.BEGINNING)) {
            if (way.endsTransaction()) {
                home.reports().acquired(options, actual.currentContext(), work.attempt(), times);
            }
            ControlCommand begin = commands.waiting(held.called(ControlStep.BEGIN), this::begun);
            if (held.isBehind()) {
                deadline.arm(entry.limit(), this::turnDidNotCome);
            }
            held.onTurn(
                    () -> commands.start(begin, held.beginLimit(home.limits().control())));
            held.begin(begin, early ? this::startEarly : () -> {});
        } else {
            giveBack();
        }
    }

    private void turnDidNotCome() {
        endAtOnce(entry.tooLate());
    }

    @Override
    public void failed(Throwable error) {
        move(LifeState.ACQUIRING, LifeState.ACQUIRING.to(LifePhase.ROLLING_BACK, error));
        finish(null);
    }

    // ---------------------------------------------------------------- BEGINNING

    /**
     * Behind BEGIN, which is on the wire, unless the end has come first. Where Reactor keeps ThreadLocals, in a signal of its
     * own: there it restores them from the Context, and takes those of whoever had the thread before away.
     */
    private void startEarly() {
        if (!isActive()) {
            return;
        }
        if (reactor.core.publisher.Hooks.isAutomaticContextPropagationEnabled()) {
            Mono.<Void>fromRunnable(this::startWork)
                    .contextWrite(actual.currentContext())
                    .subscribe(nothing -> {}, this::end);
        } else {
            startWork();
        }
    }

    private void begun(ControlCommand begin, @Nullable Throwable refusal) {
        Throwable error = refusal == null ? held().notOpened() : refusal;
        if (error == null) {
            tellFirstAnswer();
            ending.heard(LifePhase.BEGINNING, Signal.DONE);
            if (way.endsTransaction()) {
                home.reports()
                        .begun(options, work.attempt(), times, held().lease().backend());
            }
            held().begun();
            activate();
        } else if (!begin.isExpired() && held().survives(error)) {
            tellFirstAnswer();
            failBegin(error);
            if (held().inTransaction()) {
                rollBack();
            } else {
                stopWork(() -> {
                    if (held().leftUncertain()) {
                        destroy("something was sent behind a BEGIN that failed", null);
                    } else {
                        giveBack();
                    }
                });
            }
        } else {
            loseBegin(begin, error);
        }
    }

    /** A function that was called early may have completed. */
    private void activate() {
        if (move(LifeState.BEGINNING, LifeState.ACTIVE)) {
            startWork();
        } else if (move(LifeState.EARLY, LifeState.ACTIVE)) {
            return; // and it goes on
        } else if (move(LifeState.EARLY_DONE, LifeState.ACTIVE)) {
            completed();
        } else {
            rollBack();
        }
    }

    private void tellFirstAnswer() {
        if (held().asksAtBegin()) {
            entry.answered();
        }
    }

    private void failBegin(Throwable failure) {
        LifeState failed = LifeState.BEGINNING.to(LifePhase.ROLLING_BACK, failure);
        if (move(LifeState.BEGINNING, failed) || move(LifeState.EARLY, failed) || move(LifeState.EARLY_DONE, failed)) {
            held().beginFailed(failure);
        } else {
            alsoFailed(failure);
            held().beginFailed(failure);
        }
    }

    /**
     * BEGIN was not answered: nothing of the transaction is durable, so another connection may be asked for, unless the
     * function was called already: it is not called twice without being asked to.
     */
    private void loseBegin(ControlCommand begin, Throwable error) {
        boolean unanswered = begin.isExpired() || (held().asksAtBegin() && held().isOutage(error));
        Throwable failure = unanswered ? Verdict.beginUnanswered(options.name(), error) : error;
        String what = held().called(ControlStep.BEGIN) + " failed";
        boolean own = unanswered && held().asksAtBegin();
        if (own) {
            entry.lost(error);
        }
        LifeState now = state;
        boolean mayRepeat = now.phase() == LifePhase.BEGINNING && now.work() == LifeState.Work.NOT_CALLED;
        if (own && mayRepeat && entry.mayAskAgain(failure)) {
            home.reports().destroying(options, what, error);
            commands.make("destroying the connection", home.limits().control(), (done, late) -> acquireAgain())
                    .run(() -> held().destroy());
        } else {
            failBegin(failure);
            stopWork(() -> {});
            destroy(what, null);
        }
    }

    private void acquireAgain() {
        if (move(LifeState.BEGINNING, LifeState.ACQUIRING)) {
            deadline.arm(entry.limit(), entry::expire);
            entry.again();
        } else {
            finish(null);
        }
    }

    // ---------------------------------------------------------------- ACTIVE

    private void startWork() {
        try {
            work.start(held(), ending, times.due());
        } catch (Throwable thrown) {
            failedByItself(thrown);
        }
    }

    @Override
    public boolean isActive() {
        return state.isActive();
    }

    @Override
    public void completed() {
        if (move(LifeState.EARLY, LifeState.EARLY_DONE)) {
            return; // COMMIT waits for BEGIN's answer
        }
        if (work.runHooks(this::hooksRan)) {
            if (!isActive()) {
                work.cancelHooks(); // the cancel came too early to find them
            }
        } else if (move(LifeState.ACTIVE, LifeState.COMMITTING)) {
            functionEnded = true;
            noteEnd();
            commit();
        }
    }

    private void hooksRan(@Nullable Throwable error) {
        if (error == null) {
            completed(); // a hook may have registered another one
        } else {
            end(error);
        }
    }

    // ---------------------------------------------------------------- COMMITTING

    private void commit() {
        ControlCommand commit =
                commands.make(held().called(ControlStep.COMMIT), home.limits().commit(), this::committed);
        held().closeOrderly(() -> {
            Verdict obstacle = held().obstacle(options.name());
            if (obstacle == null) {
                held().commit(commit);
                goAhead(commit);
            } else if (commit.abandon()) {
                conclude(obstacle);
            }
        });
    }

    /** COMMIT is on the wire: whoever need not wait for its answer does not. */
    private void goAhead(ControlCommand commit) {
        if (commit.isUnanswered() && held().mayOverlap()) {
            held().handOver();
            if (held().hasOnlyRead() && !ending.hasHooks()) {
                ending.signalEarly(null);
            }
        }
    }

    private void committed(ControlCommand commit, @Nullable Throwable error) {
        conclude(held().verdict(options.name(), commit, error));
    }

    private void conclude(Verdict verdict) {
        ending.decided(verdict, held().doubt());
        state = LifeState.COMMITTING.to(LifePhase.COMMITTING, verdict.error()); // the phase goes on
        if (verdict.connectionUncertain()) {
            destroy(held().called(ControlStep.COMMIT) + " has no definite answer", verdict.error());
        } else if (held().inTransaction()) {
            rollBack();
        } else {
            giveBack();
        }
    }

    // ---------------------------------------------------------------- ROLLING_BACK

    /** Closes the gate, cancels what runs, undoes the transaction: in this order, under one deadline. */
    private void rollBack() {
        ControlCommand rollback =
                commands.make(held().called(ControlStep.ROLLBACK), home.limits().control(), this::rolledBack);
        held().abandoned(options.name(), state.failure());
        stopWork(() -> {
            if (!held().rollBack(rollback)) {
                destroy("its state is uncertain", null);
            }
        });
    }

    /** Closes the gate, cancels what runs, and goes on: in this order. */
    private void stopWork(Runnable then) {
        if (held().shut()) {
            cancelWork(); // at once, because the task behind this one waits for a source that never pauses
        }
        held().close(() -> {
            cancelWork();
            then.run();
        });
    }

    /** Foreign code, which must not keep ROLLBACK from being sent. */
    private void cancelWork() {
        try {
            work.cancel();
        } catch (Throwable thrown) {
            home.reports().cameTooLate(options, state.failure(), thrown);
        }
    }

    private void rolledBack(ControlCommand rollback, @Nullable Throwable error) {
        if (error == null && !held().inTransaction()) {
            giveBack();
        } else {
            destroy(held().called(ControlStep.ROLLBACK) + " failed", error);
        }
    }

    // ---------------------------------------------------------------- DONE

    /** Not before nothing is left on the connection that the next borrower could meet. */
    private void giveBack() {
        Mono<Void> reset = held().reset();
        if (reset == null) {
            ending.keeps();
            cleanUp("giving the connection back", held().release());
            return;
        }
        resetting = true;
        ControlCommand command =
                commands.make("resetting the session", home.limits().control(), this::wasReset);
        held().lease().executor().execute(() -> command.run(() -> reset));
        if (times.areOver() && !ending.hasHooks()) { // during COMMIT, or at this moment
            ending.signalEarly(state.failure());
        }
    }

    private void wasReset(ControlCommand reset, @Nullable Throwable error) {
        if (error == null && !held().inTransaction()) {
            held().wasReset();
            ending.keeps();
            cleanUp("giving the connection back", held().release());
        } else {
            destroy(reset.what() + " failed", error);
        }
    }

    private void destroy(String why, @Nullable Throwable error) {
        home.reports().destroying(options, why, error);
        if (error != null) {
            alsoFailed(error);
        }
        cleanUp("destroying the connection", held().destroy());
    }

    private void cleanUp(String what, Publisher<Void> last) {
        ControlCommand end = commands.waiting(what, (done, error) -> finish(error));
        held().onTurn(() -> commands.start(end, home.limits().control()));
        end.run(() -> last);
    }

    private void finish(@Nullable Throwable cleanUpError) {
        deadline.dispose();
        entry.over();
        LifeState last = state;
        state = last.to(LifePhase.DONE, last.failure());
        times.entered(LifePhase.DONE);
        if (cleanUpError != null) {
            alsoFailed(cleanUpError);
        }
        StatementGate gate = connection == null ? null : connection.gate();
        ending.come(last, gate == null ? null : gate.firstError(), gate == null ? null : gate.conduct());
    }

    private void alsoFailed(Throwable error) {
        ending.alsoFailed(state.failure(), error);
    }

    private boolean move(LifeState from, LifeState to) {
        if (!STATE.compareAndSet(this, from, to)) {
            return false;
        }
        if (from.phase() != to.phase()) {
            times.entered(to.phase());
        }
        return true;
    }

    private HeldConnection held() {
        return requireNonNull(connection);
    }

    @Override
    @SuppressWarnings("rawtypes")
    public @Nullable Object scanUnsafe(Attr key) {
        return key == Attr.ACTUAL ? actual : key == Attr.TERMINATED ? state.phase() == LifePhase.DONE : null;
    }
}
