package org.reactivesessions.benchmarks;

import org.reactivesessions.benchmarks.Load.Sample;

/**
 * What one contender gave in one round.
 *
 * @param network what lay between
 * @param workload what it did
 * @param round counted from 1
 * @param contender who did it
 * @param sample what it gave
 */
record Figure(Network network, Workload workload, int round, Entrant contender, Sample sample) {}
