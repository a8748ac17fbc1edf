package org.reactivesessions.proof.contestant;

import java.util.List;
import org.reactivesessions.proof.workload.Operation;
import org.reactivesessions.proof.workload.Witness;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A way to run transactions that is put to the proof. Thread-safe. */
public interface Contestant extends AutoCloseable {

    /** How it is called in the report. */
    String name();

    /**
     * Runs an operation in a transaction.
     *
     * @return a cold mono of what its caller is told, which never fails; empty after a stream of which a part was taken, because
     *     whoever takes a part has left
     */
    Mono<Verdict> run(Operation operation, Witness witness);

    /**
     * What became of an operation that was cancelled, if somebody hears of that.
     *
     * @return empty if nobody does
     */
    default Mono<Verdict> afterCancel(Operation operation) {
        return Mono.empty();
    }

    /** Runs a query of one text column on all connections at once. */
    Flux<String> onEachConnection(String sql);

    /** What it still holds. */
    Holding holding();

    /** What it says of itself, each with a number. */
    default List<Count> counts() {
        return List.of();
    }

    @Override
    void close();

    /**
     * Connections of a pool.
     *
     * @param acquired in use
     * @param pending callers that wait for one
     * @param allocated open
     */
    record Holding(int acquired, int pending, int allocated) {}

    /**
     * A number and what it counts.
     *
     * @param what is counted
     * @param number how many there were
     */
    record Count(String what, long number) {}
}
