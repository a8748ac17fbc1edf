/**
 * What this library costs, against what one would write by hand.
 *
 * <ul>
 *   <li>{@link org.reactivesessions.benchmarks.InterleavedThroughput}: transactions per second, in interleaved rounds;
 *   <li>{@link org.reactivesessions.benchmarks.Read1Benchmark}: the time of one transaction, by JMH;
 *   <li>{@link org.reactivesessions.benchmarks.AcquisitionCost}: how long it takes to get a connection, and what breaker and
 *       retry allocate for it.
 * </ul>
 */
@NullMarked
package org.reactivesessions.benchmarks;

import org.jspecify.annotations.NullMarked;
