package org.reactivesessions.wire;

import io.r2dbc.spi.Batch;
import io.r2dbc.spi.Result;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/**
 * A batch behind a {@link StatementGate}. <strong>Threads:</strong> not thread-safe, like every R2DBC batch.
 *
 * @since 0.1
 */
public class GatedBatch implements Batch {

    private final StatementGate gate;
    private final Batch physical;
    private final List<String> texts = new ArrayList<>();

    /**
     * Creates a façade.
     *
     * @param gate the gate of the scope
     * @param physical the driver's batch
     */
    public GatedBatch(StatementGate gate, Batch physical) {
        this.gate = gate;
        this.physical = physical;
    }

    @Override
    public GatedBatch add(String sql) {
        gate.requireOpen();
        requireNoTransactionControl(sql);
        physical.add(sql);
        texts.add(sql);
        return this;
    }

    @Override
    public Publisher<? extends Result> execute() {
        return results();
    }

    /**
     * Returns the gated results.
     *
     * @return a cold flux of façade results
     */
    protected final Flux<GatedResult> results() {
        String what = String.join("; ", texts);
        // Once more over the whole, as drivers send it: a quote of one text can end in another.
        UnsupportedOperationException refusal = transactionControlIn(what);
        if (refusal != null) {
            return gate.flux(what, Flux.error(refusal));
        }
        return gate.flux(what, observe(physical.execute()).map(result -> wrap(gate, what, result)), Passage.EXECUTION);
    }

    /**
     * Wraps a result of the driver; a dialect returns its own subclass.
     *
     * @param gate the gate of the scope
     * @param what the SQL text, for messages
     * @param result the driver's result
     * @return the façade
     */
    protected GatedResult wrap(StatementGate gate, String what, Result result) {
        return new GatedResult(gate, what, result, null);
    }

    /**
     * Lets a dialect add operators between the driver's results and the gate.
     *
     * @param results the driver's results
     * @return the same results
     */
    protected Flux<? extends Result> observe(Publisher<? extends Result> results) {
        return Flux.from(results);
    }

    static void requireNoTransactionControl(@Nullable String sql) {
        if (sql == null) {
            throw new IllegalArgumentException("sql must not be null");
        }
        int nul = sql.indexOf('\0');
        if (nul >= 0) {
            throw new IllegalArgumentException("sql must not contain NUL, but does at index " + nul
                    + ": a text ends there on the wire. Leave it out; PostgreSQL cannot store it in text either.");
        }
        UnsupportedOperationException refusal = transactionControlIn(sql);
        if (refusal != null) {
            throw refusal;
        }
    }

    private static @Nullable UnsupportedOperationException transactionControlIn(String sql) {
        String found = TransactionControl.find(sql);
        if (found == null) {
            return null;
        }
        return new UnsupportedOperationException(
                found.equals(TransactionControl.UNPAIRED_SURROGATE)
                        ? "An unpaired surrogate is refused in SQL text, nothing was sent: it has no UTF-8 form, so another"
                                + " statement than this could reach the server."
                        : found + " is refused inside a scope, nothing was sent: the scope begins, commits when its"
                                + " function completes, and rolls back when it fails or is cancelled. Isolation and"
                                + " access mode belong into TransactionOptions.");
    }
}
