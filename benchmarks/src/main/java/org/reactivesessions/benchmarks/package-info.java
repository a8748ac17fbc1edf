/**
 * What this library costs, against what one would use or write instead.
 *
 * <ul>
 *   <li>{@link org.reactivesessions.benchmarks.Benchmarks}: all suites, one for each question, and the page about them;
 *   <li>{@link org.reactivesessions.benchmarks.RoundTripsOf}: round trips of a transaction, counted on the wire;
 *   <li>{@link org.reactivesessions.benchmarks.TransactionCpu}: the processor time of one transaction, of this JVM and of the server;
 *   <li>{@link org.reactivesessions.benchmarks.BudgetRun}: what transactions cost on the wire and on the heap, exactly, for the
 *       record that a test compares them with;
 *   <li>{@link org.reactivesessions.benchmarks.TransactionOverhead} and the other classes of JMH: what suites are made of;
 *   <li>{@link org.reactivesessions.benchmarks.AcquisitionCost}: how long it takes to get a connection, and what breaker and
 *       retry allocate for it;
 *   <li>{@link org.reactivesessions.benchmarks.WaitingProcess}: what callers who wait take of a JVM of their own;
 *   <li>{@link org.reactivesessions.benchmarks.Tiers}: what three sizes of the pool give under load.
 * </ul>
 */
@NullMarked
package org.reactivesessions.benchmarks;

import org.jspecify.annotations.NullMarked;
