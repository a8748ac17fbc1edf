package org.reactivesessions.benchmarks.report;

import java.util.List;
import java.util.Optional;

/**
 * What is drawn in one colour.
 *
 * @param name for the legend
 * @param values one for each place on the axis; empty where nothing was measured
 */
record Series(String name, List<Optional<Double>> values) {}
