package org.reactivesessions.benchmarks;

import java.time.Duration;
import org.reactivesessions.benchmarks.Load.Sample;

/**
 * Callers who each start a transaction as soon as their last one has ended.
 *
 * @param callers how many there are
 * @param length how long they go on
 */
record ClosedLoop(int callers, Duration length) {

    /** Runs a workload; fails if one transaction fails. */
    Sample run(Workload workload, Contender contender) {
        Load load = new Load(callers, length);
        contender.run(workload, load);
        return load.sample();
    }
}
