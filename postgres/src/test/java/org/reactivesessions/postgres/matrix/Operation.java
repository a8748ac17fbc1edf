package org.reactivesessions.postgres.matrix;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.Session;
import org.reactivesessions.error.CommitOutcomeUnknownException;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.transaction.TransactionOptions;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/**
 * One transaction under test: what it writes, how often its function is called, and what its subscriber hears, down to what
 * must not come. Thread-safe.
 */
final class Operation implements CoreSubscriber<Object> {

    private final ServerFixture fixture;
    private final int id;
    private final AtomicInteger calls = new AtomicInteger();
    private final List<Object> values = new CopyOnWriteArrayList<>();
    private final List<String> signals = new CopyOnWriteArrayList<>();
    private final AtomicReference<@Nullable Throwable> error = new AtomicReference<>();
    private volatile Subscription subscription = Operators.emptySubscription();
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile @Nullable RuntimeException failure;
    private volatile @Nullable Object failAt;
    private volatile boolean completed;
    private volatile boolean left;
    private volatile long startedAt;
    private volatile long endedAt;

    Operation(ServerFixture fixture, int id) {
        this.fixture = fixture;
        this.id = id;
    }

    // ---------------------------------------------------------------- what it does

    /** A transaction that writes what this operation writes, and then works. */
    Mono<Object> mono(TransactionOptions options, Function<Session, ? extends Mono<?>> work) {
        return bare(options, session -> write(session).then(Mono.defer(() -> work.apply(session))));
    }

    /** A transaction that works and writes nothing unless {@link #write} is part of it. */
    Mono<Object> bare(TransactionOptions options, Function<Session, ? extends Mono<?>> work) {
        return fixture.sessions()
                .<Object>withTransaction(options.named(name()), session -> {
                    calls.incrementAndGet();
                    return work.apply(session);
                })
                .doOnCancel(this::leave);
    }

    /** A transaction that writes what this operation writes, and then streams. */
    Flux<Object> flux(TransactionOptions options, Function<Session, ? extends Flux<?>> work) {
        return fixture.sessions()
                .<Object>withTransactionMany(options.named(name()), session -> {
                    calls.incrementAndGet();
                    return write(session)
                            .thenMany(Flux.defer(() -> work.apply(session).cast(Object.class)));
                })
                .doOnCancel(this::leave);
    }

    /** Writes what can be looked for afterwards; without parameters, whose buffers the driver loses if the connection dies. */
    Mono<Long> write(Session session) {
        return session.sql("INSERT INTO effect VALUES (" + id + ")").rowsUpdated();
    }

    private void leave() {
        left = true;
    }

    /** Lets its subscriber throw at a value. */
    Operation throwAt(Object value, RuntimeException thrown) {
        failure = thrown;
        failAt = value;
        return this;
    }

    /** Subscribes, with unbounded demand. */
    Operation start(Publisher<?> transaction) {
        startedAt = System.nanoTime();
        transaction.subscribe(this);
        return this;
    }

    /** Waits for the end its subscriber hears. */
    Operation await() {
        try {
            if (!over.await(ServerFixture.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError(name() + " has not ended; its subscriber heard " + signals);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + name(), interrupted);
        }
        return this;
    }

    void cancel() {
        subscription.cancel();
    }

    // ---------------------------------------------------------------- what became of it

    String name() {
        return "operation " + id;
    }

    int calls() {
        return calls.get();
    }

    /** How often its effect is in the database at this moment. */
    long effects() {
        return fixture.number("SELECT count(*) FROM effect WHERE operation = " + id);
    }

    List<ServerFixture.Ended> events() {
        return fixture.events().stream()
                .filter(event -> event.name().equals(name()))
                .toList();
    }

    List<ServerFixture.Repeated> repeats() {
        return fixture.repeats().stream()
                .filter(repeated -> repeated.name().equals(name()))
                .toList();
    }

    List<Object> values() {
        return values;
    }

    /** Everything its subscriber heard, in order. */
    List<String> signals() {
        return signals;
    }

    @Nullable
    Throwable error() {
        return error.get();
    }

    /** The answer to the question that its error names, if it is in doubt: {@code t}, committed, or {@code f}. */
    String toldLater() {
        if (error() instanceof CommitOutcomeUnknownException unknown) {
            return fixture.text("SELECT reactive_sessions.resolve('" + unknown.token() + "')");
        }
        throw new AssertionError(name() + " is not in doubt: " + error());
    }

    boolean isOver() {
        return over.getCount() == 0;
    }

    boolean isCompleted() {
        return completed;
    }

    /** Whether the subscriber of the transaction itself, perhaps an operator behind it, has cancelled. */
    boolean hasLeft() {
        return left;
    }

    /** When it was subscribed, by {@link System#nanoTime()}. */
    long startedAt() {
        return startedAt;
    }

    /** When its subscriber heard the end, by {@link System#nanoTime()}. */
    long endedAt() {
        return endedAt;
    }

    // ---------------------------------------------------------------- the subscriber

    @Override
    public void onSubscribe(Subscription upstream) {
        subscription = upstream;
        upstream.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(Object value) {
        signals.add("value " + value);
        values.add(value);
        RuntimeException thrown = failure;
        if (thrown != null && value.equals(failAt)) {
            throw thrown;
        }
    }

    @Override
    public void onError(Throwable heard) {
        signals.add("error " + heard);
        error.compareAndSet(null, heard);
        end();
    }

    @Override
    public void onComplete() {
        signals.add("completion");
        completed = true;
        end();
    }

    private void end() {
        endedAt = System.nanoTime();
        over.countDown();
    }
}
