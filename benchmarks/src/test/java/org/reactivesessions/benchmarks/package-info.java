/** The benchmarks run, shortly. */
@NullMarked
package org.reactivesessions.benchmarks;

import org.jspecify.annotations.NullMarked;
