package org.reactivesessions.pool;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Wrapped;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.wire.Residue;
import org.reactivesessions.wire.WireExecutor;
import reactor.core.publisher.Mono;

/**
 * The right to use one physical connection until it is given back, destroyed, or handed over, which happens at most once.
 *
 * <p>A lease that is handed over gives away the right to send, not what was sent: its holder still ends it, by
 * {@link #release} when the last answer has come, and by {@link #destroy} when it will not. Until then nobody else may close
 * the connection, and whoever has it now waits for its turn.
 *
 * <p><strong>Ownership:</strong> whoever got it from an {@link Acquisition} ends it by {@link #release} or {@link #destroy}.
 * <strong>Threads:</strong> thread-safe.
 *
 * @since 0.1
 */
public final class Lease {

    private static final AtomicReferenceFieldUpdater<Lease, State> STATE =
            AtomicReferenceFieldUpdater.newUpdater(Lease.class, State.class, "state");

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

    private final Connection pooled;
    private final PhysicalConnection physical;
    private final ConnectionSource source;
    private final @Nullable Turn turn;
    /** The turn of whoever gets it next. Set before it is handed over. */
    private volatile @Nullable Turn next;

    private volatile State state = State.HELD;

    private enum State {
        HELD,
        HANDED_OVER,
        OVER
    }

    Lease(ConnectionSource source, Connection pooled, String holder) {
        this(source, pooled, holder, null);
    }

    /** @param turn comes when the holder before this one was answered, or {@code null} if he has been */
    Lease(ConnectionSource source, Connection pooled, String holder, @Nullable Turn turn) {
        this.source = source;
        this.pooled = pooled;
        this.turn = turn;
        this.physical = (PhysicalConnection) ((Wrapped<?>) pooled).unwrap();
        physical.heldBy(holder);
    }

    /**
     * Returns the driver's connection, below the pool's wrapper.
     *
     * @return the connection; its {@code close()} closes it physically
     */
    public Connection connection() {
        return physical.driver();
    }

    /**
     * Returns the executor on which everything that touches the connection runs.
     *
     * @return one per physical connection
     */
    public WireExecutor executor() {
        return physical.executor();
    }

    /**
     * Returns the isolation level of a transaction that names none.
     *
     * @return the level the server reported when the connection was opened
     */
    public IsolationLevel defaultIsolation() {
        return physical.defaultIsolation();
    }

    /**
     * Returns the number by which the server knows the connection.
     *
     * @return what the server said when it was opened, or {@code null} if nobody can tell
     */
    public @Nullable Long backend() {
        return physical.backend();
    }

    /**
     * Tells whether the socket is open, as far as this process knows.
     *
     * @return {@code false} once the connection is known to be lost
     */
    public boolean isOpen() {
        return physical.isOpen();
    }

    /**
     * Tells whether the loss of this connection would be news.
     *
     * @return {@code false} if it was open already when another one was found not to answer: what has ended that one may have
     *     ended all of them, and says once that the database was away
     */
    public boolean isLossNews() {
        return !source.isOfTheLost(physical);
    }

    /**
     * Says that the database has answered on the connection, by which it is known to be alive; to give it back says nothing.
     */
    public void answered() {
        physical.answered();
    }

    /**
     * Gives the connection back to the pool, which destroys it instead if it is closed or inside a transaction; not before
     * whoever had it before was answered. After {@link #handOver} it says that the last command was answered.
     *
     * @return a cold mono, effective at its first subscription and for the first of {@code release} and {@code destroy};
     *     must not be cancelled
     */
    public Mono<Void> release() {
        return Mono.defer(() -> switch (STATE.getAndSet(this, State.OVER)) {
            case HELD ->
                inTurn(() -> {
                    physical.free(); // before the next borrower can have it
                    source.admission().leave();
                    return Mono.fromDirect(pooled.close());
                });
            case HANDED_OVER -> Mono.fromRunnable(this::letNextCome);
            case OVER -> Mono.empty();
        });
    }

    /**
     * Closes the connection physically, which fails every command that waits on it, and gives its place in the pool back; not
     * before whoever had it before was answered. If it was handed over, it is closed at once, and whoever has it now finds it
     * lost and gives its place back.
     *
     * @return a cold mono, effective at its first subscription and for the first of {@code release} and {@code destroy};
     *     it waits for the physical close for at most 2 s, which begin at its turn; must not be cancelled
     */
    public Mono<Void> destroy() {
        return Mono.defer(() -> switch (STATE.getAndSet(this, State.OVER)) {
            case HELD ->
                inTurn(() -> {
                    physical.condemn();
                    physical.free();
                    return closed().then(Mono.defer(() -> {
                        source.admission().leave();
                        return Mono.fromDirect(pooled.close());
                    }));
                });
            case HANDED_OVER -> {
                physical.condemn();
                yield closed().doFinally(end -> letNextCome());
            }
            case OVER -> Mono.empty();
        });
    }

    private void letNextCome() {
        Turn his = next;
        if (his != null) {
            his.come();
        }
    }

    /** Whoever had the connection before may still be answered on it, so neither the pool nor anybody else may close it. */
    private Mono<Void> inTurn(Supplier<Mono<Void>> end) {
        return isBehind() ? Mono.<Void>create(sink -> onTurn(sink::success)).then(Mono.defer(end)) : end.get();
    }

    private Mono<Void> closed() {
        return Mono.fromDirect(physical.close()).timeout(CLOSE_LIMIT).onErrorComplete();
    }

    /**
     * Tells whether the connection refuses writes outside transactions, as far as anybody knows who asks without a round
     * trip.
     *
     * @return whether it was guarded when it was opened or last asked, and nothing was sent since that could have changed it
     */
    public boolean isGuarded() {
        return physical.isGuarded() && !physical.isSuspect();
    }

    /**
     * Tells whether the connection has to be asked whether it is still guarded.
     *
     * @return whether it was guarded when it was opened, and something was sent that could have changed it
     */
    public boolean isSuspect() {
        return physical.isGuarded() && physical.isSuspect();
    }

    /**
     * Tells whether the connection was heard of so lately that it can be taken for alive.
     *
     * @return whether that was within {@link PoolOptions#aliveWindow}, or it was taken over
     */
    public boolean isFresh() {
        return isTakenOver() || source.isAlive(physical);
    }

    /**
     * Limits the time for a first answer.
     *
     * @param most the limit on a connection that is alive
     * @return the same if the connection {@linkplain #isFresh() is fresh}, otherwise at most {@link
     *     PoolOptions#validationTimeout()}
     */
    public Duration firstAnswerWithin(Duration most) {
        Duration validation = source.validationTimeout();
        return isFresh() || most.compareTo(validation) < 0 ? most : validation;
    }

    /**
     * Says what is known of the guard.
     *
     * @param suspect whether it may be down
     */
    public void suspect(boolean suspect) {
        physical.suspect(suspect);
    }

    /**
     * Says that the connection leads to a database that takes no writes, see {@link ConnectionSource#demoted}.
     *
     * @return whether all connections are replaced now
     */
    public boolean demoted() {
        return source.demoted();
    }

    /**
     * Tells what has to happen to the connection before somebody else gets it.
     *
     * @param residue what was left on it
     * @return whether it has to be reset, by {@link #reset}, or to be destroyed
     */
    public Reuse reuse(Residue residue) {
        return source.reuse(residue);
    }

    /**
     * Takes away what was left on the connection, and does again what was done when it was opened. The guard is up then, as it
     * was.
     *
     * @return a cold mono, to be subscribed on the executor, outside a transaction, and not to be cancelled; its error means
     *     that the connection has to be destroyed
     */
    public Mono<Void> reset() {
        return source.reset(physical.driver()).doOnSuccess(done -> {
            physical.suspect(false);
            answered();
        });
    }

    /**
     * Tells whether the connection was handed over with a command unanswered, by which the driver may still judge its state
     * when that answer has come.
     *
     * @return whether it came by {@link #handOver}, from now on and for ever
     */
    public boolean isTakenOver() {
        return turn != null;
    }

    /**
     * Tells whether whoever had the connection before is not answered yet: then nothing is known of its state, what is sent
     * waits, and nobody may cancel anything on the server.
     *
     * @return whether it is the connection of somebody who waits for his last answer
     */
    public boolean isBehind() {
        return turn != null && !turn.hasCome();
    }

    /**
     * Runs a task when whoever had the connection before was answered: now, if he was.
     *
     * @param task runs on the thread of the answer; must not throw
     */
    public void onTurn(Runnable task) {
        if (turn == null) {
            task.run();
        } else {
            turn.await(task);
        }
    }

    /**
     * Gives the connection, whose last command was sent and is not answered, to whoever has waited longest for one and can do
     * with such a connection.
     *
     * @return whether somebody took it; otherwise nothing has changed
     */
    public boolean handOver() {
        if (state != State.HELD || isBehind() || !isGuarded() || source.isAged(physical)) {
            return false;
        }
        Acquisition taker = source.line().longestWaiting();
        if (taker == null) {
            return false;
        }
        Turn his = new Turn();
        next = his;
        if (!STATE.compareAndSet(this, State.HELD, State.HANDED_OVER)) {
            taker.refuse(); // the lease was destroyed in the meantime
            return false;
        }
        source.admission().leave(); // the taker has been let in as well
        taker.deliver(pooled, his);
        return true;
    }

    /**
     * Tells whether {@link #handOver} has succeeded.
     *
     * @return whether somebody else may send on the connection
     */
    public boolean isHandedOver() {
        return state == State.HANDED_OVER;
    }
}
