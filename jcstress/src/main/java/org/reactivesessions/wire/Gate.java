package org.reactivesessions.wire;

import static java.util.Objects.requireNonNull;

import io.r2dbc.spi.Connection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A gate, what has passed it, and what was heard of that. Thread-safe. */
final class Gate {

    private static final String STATEMENT = "statement";
    private static final String ROLLBACK = "rollback";

    private final List<String> wire = new CopyOnWriteArrayList<>();
    private final AtomicInteger entered = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private volatile String heard = "nothing";
    private volatile @Nullable StatementGate inner;
    private final StatementGate gate;

    Gate(Connection connection) {
        this.gate = new StatementGate(WireExecutor.of(connection), error -> heard = "crash");
    }

    /** A statement that is answered at once. */
    Disposable send() {
        return send(Mono.empty());
    }

    /** A statement that is answered like this. */
    Disposable send(Publisher<Void> answer) {
        Flux<Void> statement = Flux.defer(() -> {
            wire.add(STATEMENT);
            return answer;
        });
        return gate.flux(STATEMENT, statement)
                .subscribe(nothing -> {}, error -> heard = "refused", () -> heard = "answered");
    }

    /** Closes the gate, with ROLLBACK behind it. */
    void close() {
        gate.close(() -> wire.add(ROLLBACK));
    }

    /** A nested scope wants to open. */
    void enter() {
        gate.enter("nested", error -> {}, new StatementGate.Entrant() {
            @Override
            public void entered(StatementGate opened) {
                inner = opened;
                entered.incrementAndGet();
            }

            @Override
            public void refused(Throwable error) {
                refused.incrementAndGet();
            }
        });
    }

    /** The gate of a nested scope that is open. */
    StatementGate nested() {
        enter();
        return requireNonNull(inner, "the nested scope was not let in");
    }

    /** What was sent, in its order. */
    String wire() {
        return String.join(" ", wire);
    }

    /** How often the statement was sent. */
    int sent() {
        return Collections.frequency(wire, STATEMENT);
    }

    String heard() {
        return heard;
    }

    /** What is open. */
    @Nullable
    String open() {
        return gate.openStatement();
    }

    int entered() {
        return entered.get();
    }

    int refused() {
        return refused.get();
    }
}
