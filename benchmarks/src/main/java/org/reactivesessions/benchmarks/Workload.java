package org.reactivesessions.benchmarks;

import reactor.core.publisher.Mono;

/** A transaction to measure. */
enum Workload {
    /** BEGIN, SELECT by key, COMMIT. */
    READ1,
    /** BEGIN, UPDATE, SELECT, INSERT, COMMIT. */
    WRITE3;

    Mono<Long> on(Contender contender, int id) {
        return switch (this) {
            case READ1 -> contender.read1(id);
            case WRITE3 -> contender.write3(id);
        };
    }
}
