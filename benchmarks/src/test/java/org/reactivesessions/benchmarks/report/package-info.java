/** The benchmarks run, shortly. */
@NullMarked
package org.reactivesessions.benchmarks.report;

import org.jspecify.annotations.NullMarked;
