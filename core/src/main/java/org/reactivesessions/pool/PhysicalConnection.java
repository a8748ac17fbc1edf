package org.reactivesessions.pool;

import io.r2dbc.spi.Batch;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionMetadata;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.TransactionDefinition;
import io.r2dbc.spi.ValidationDepth;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.observation.ConnectionEnd;
import org.reactivesessions.wire.WireExecutor;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * What the pool keeps: the driver's connection and what is known about it from the moment it was opened.
 *
 * <p>It is not {@code Wrapped} on purpose: r2dbc-pool would otherwise hop to the connection's event loop at every
 * acquisition, which the scope does by itself, once, when it sends BEGIN.
 *
 * <p>Thread-safe as far as the driver's connection is.
 */
final class PhysicalConnection implements Connection {

    private static final AtomicReferenceFieldUpdater<PhysicalConnection, Entry> ENTRY =
            AtomicReferenceFieldUpdater.newUpdater(PhysicalConnection.class, Entry.class, "entry");

    private static final Mono<Boolean> VALID = Mono.just(true);
    private static final Mono<Boolean> LOST =
            Mono.error(() -> new IOException("the idle connection was lost when it was about to be used"));

    /** Watches over the end of connections. */
    @FunctionalInterface
    interface Closing {

        /** The connection is being closed, by this mono or one made of it. */
        Mono<Void> of(PhysicalConnection connection, Mono<Void> close);
    }

    /** What the book says of it. */
    private enum Entry {
        NONE,
        OPENED,
        CLOSED
    }

    private final Connection driver;
    private final WireExecutor executor;
    private final IsolationLevel defaultIsolation;
    private final Closing closing;
    private final boolean guarded;
    private final @Nullable Long backend;
    private final LongSupplier nanoTime;
    private final long openedAt;
    private final long lifeNanos;
    private volatile boolean suspect;
    private volatile boolean condemned;
    /** What the pool found against it, first. */
    private volatile @Nullable ConnectionEnd spent;

    @SuppressWarnings("UnusedVariable") // ENTRY reads it
    private volatile Entry entry = Entry.NONE;
    /** When it was last known to answer. */
    private volatile long answeredAt;

    private volatile @Nullable String holder;
    private volatile long heldSince;

    /**
     * @param guarded whether it refuses writes outside a transaction
     * @param backend the number by which the server knows it, or {@code null} if nobody can tell
     * @param closing watches over its end
     * @param openedAt when it began to be opened
     * @param lifeTime how long it may live
     */
    PhysicalConnection(
            Connection driver,
            boolean guarded,
            @Nullable Long backend,
            Closing closing,
            long openedAt,
            Duration lifeTime,
            LongSupplier nanoTime) {
        this.driver = driver;
        this.guarded = guarded;
        this.backend = backend;
        this.closing = closing;
        this.openedAt = openedAt;
        this.lifeNanos = lifeTime.toNanos();
        this.nanoTime = nanoTime;
        this.answeredAt = nanoTime.getAsLong();
        this.executor = WireExecutor.of(driver);
        this.defaultIsolation = driver.getTransactionIsolationLevel();
    }

    Connection driver() {
        return driver;
    }

    WireExecutor executor() {
        return executor;
    }

    /** The isolation level the server gave this connection when it was opened, before any transaction. */
    IsolationLevel defaultIsolation() {
        return defaultIsolation;
    }

    /** It is in the hands of a scope from now on. */
    void heldBy(String name) {
        heldSince = nanoTime.getAsLong();
        holder = name;
    }

    /** It is in nobody's hands, which says nothing of whether it answers. */
    void free() {
        holder = null;
    }

    /** The database has answered on it. */
    void answered() {
        answeredAt = nanoTime.getAsLong();
    }

    boolean isGuarded() {
        return guarded;
    }

    /** The number by which the server knows it, {@code null} if nobody can tell. */
    @Nullable
    Long backend() {
        return backend;
    }

    /** Whether somebody may have taken the guard down. */
    boolean isSuspect() {
        return suspect;
    }

    void suspect(boolean now) {
        suspect = now;
    }

    /** Whether it was heard of within so many nanoseconds. */
    boolean wasHeardWithin(long nanos) {
        return nanoTime.getAsLong() - answeredAt < nanos;
    }

    /** When it was last known to answer. */
    long answeredAt() {
        return answeredAt;
    }

    /** When it began to be opened. */
    long openedAt() {
        return openedAt;
    }

    /** Whether it has lived for as long as it may. */
    boolean isAged() {
        return nanoTime.getAsLong() - openedAt >= lifeNanos;
    }

    boolean isHeld() {
        return holder != null;
    }

    long heldSince() {
        return heldSince;
    }

    /** Who holds it and for how long, for messages. */
    String describeHolder() {
        long millis = TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - heldSince);
        return "\"" + holder + "\" for " + millis + " ms";
    }

    /** Counts as closed from now on, whatever becomes of the attempt to close it: the pool must not hand it out again. */
    void condemn() {
        condemned = true;
    }

    /** The pool will close it for this reason, unless it has found another one before. */
    void spentBy(ConnectionEnd why) {
        if (spent == null) {
            spent = why;
        }
    }

    /**
     * Why it is closed now.
     *
     * @param there whether the other side has left it open
     * @param otherwise the reason if nothing was found against it
     */
    ConnectionEnd end(boolean there, ConnectionEnd otherwise) {
        if (!there) {
            return ConnectionEnd.LOST;
        }
        if (condemned) {
            return ConnectionEnd.UNCERTAIN;
        }
        ConnectionEnd found = spent;
        return found == null ? otherwise : found;
    }

    /** Whether it is to be said now that it was opened. */
    boolean enterBook() {
        return ENTRY.compareAndSet(this, Entry.NONE, Entry.OPENED);
    }

    /** Whether it is to be said now that it is closed. */
    boolean leaveBook() {
        return ENTRY.getAndSet(this, Entry.CLOSED) == Entry.OPENED;
    }

    /** Whether it may be used: it was not given up, and the other side has not closed it. */
    boolean isOpen() {
        return !condemned && isThere();
    }

    /** Whether the socket is open, as far as this process knows; no round trip, never throws. */
    boolean isThere() {
        try {
            Publisher<Boolean> answer = driver.validate(ValidationDepth.LOCAL);
            if (answer instanceof Callable<?> immediate) {
                return Boolean.TRUE.equals(immediate.call());
            }
            return Mono.from(answer).onErrorReturn(Boolean.FALSE).toFuture().getNow(Boolean.TRUE);
        } catch (Throwable broken) {
            return false;
        }
    }

    @Override
    public Publisher<Void> close() {
        return Mono.defer(
                () -> { // a driver that throws must not cost the pool a place
                    return closing.of(this, Mono.defer(() -> Mono.fromDirect(driver.close())));
                });
    }

    /**
     * Asked by the pool when it has chosen this one, which may have been lost since it was looked at. Then the pool fails the
     * borrower, so the error says what it is: an outage of this connection, after which there is another try.
     */
    @Override
    public Publisher<Boolean> validate(ValidationDepth depth) {
        if (condemned) {
            return LOST;
        }
        try {
            Publisher<Boolean> answer = driver.validate(depth);
            if (answer instanceof Callable<?> immediate) { // asked for every transaction, twice
                return Boolean.FALSE.equals(immediate.call()) ? LOST : VALID;
            }
            return Mono.from(answer).onErrorReturn(Boolean.FALSE).flatMap(valid -> valid ? VALID : LOST);
        } catch (Throwable broken) {
            return LOST;
        }
    }

    @Override
    public Publisher<Void> beginTransaction() {
        return driver.beginTransaction();
    }

    @Override
    public Publisher<Void> beginTransaction(TransactionDefinition definition) {
        return driver.beginTransaction(definition);
    }

    @Override
    public Publisher<Void> commitTransaction() {
        return driver.commitTransaction();
    }

    @Override
    public Batch createBatch() {
        return driver.createBatch();
    }

    @Override
    public Publisher<Void> createSavepoint(String name) {
        return driver.createSavepoint(name);
    }

    @Override
    public Statement createStatement(String sql) {
        return driver.createStatement(sql);
    }

    @Override
    public boolean isAutoCommit() {
        return driver.isAutoCommit();
    }

    @Override
    public ConnectionMetadata getMetadata() {
        return driver.getMetadata();
    }

    @Override
    public IsolationLevel getTransactionIsolationLevel() {
        return driver.getTransactionIsolationLevel();
    }

    @Override
    public Publisher<Void> releaseSavepoint(String name) {
        return driver.releaseSavepoint(name);
    }

    @Override
    public Publisher<Void> rollbackTransaction() {
        return driver.rollbackTransaction();
    }

    @Override
    public Publisher<Void> rollbackTransactionToSavepoint(String name) {
        return driver.rollbackTransactionToSavepoint(name);
    }

    @Override
    public Publisher<Void> setAutoCommit(boolean autoCommit) {
        return driver.setAutoCommit(autoCommit);
    }

    @Override
    public Publisher<Void> setLockWaitTimeout(Duration timeout) {
        return driver.setLockWaitTimeout(timeout);
    }

    @Override
    public Publisher<Void> setStatementTimeout(Duration timeout) {
        return driver.setStatementTimeout(timeout);
    }

    @Override
    public Publisher<Void> setTransactionIsolationLevel(IsolationLevel isolationLevel) {
        return driver.setTransactionIsolationLevel(isolationLevel);
    }
}
