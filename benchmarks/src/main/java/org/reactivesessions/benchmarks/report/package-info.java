/**
 * From what suites measured to the page about it; nothing here measures anything.
 *
 * <ul>
 *   <li>{@link org.reactivesessions.benchmarks.report.SuiteResult}, made of
 *       {@link org.reactivesessions.benchmarks.report.Measurement}s: what one suite gave;
 *   <li>{@link org.reactivesessions.benchmarks.report.ResultFile}: the file of it;
 *   <li>{@link org.reactivesessions.benchmarks.report.BenchmarksPage}: the page and the charts that belong to some results;
 *   <li>{@link org.reactivesessions.benchmarks.report.RunSize}: whether figures are for quoting;
 *   <li>{@link org.reactivesessions.benchmarks.report.Spread}: the middle of some figures, and how far they lie apart.
 * </ul>
 */
@NullMarked
package org.reactivesessions.benchmarks.report;

import org.jspecify.annotations.NullMarked;
