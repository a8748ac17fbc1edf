/**
 * What {@link org.reactivesessions.observation.SessionListener} hears, for Micrometer.
 *
 * <ul>
 *   <li>{@link org.reactivesessions.micrometer.SessionMetrics}: meters of transactions, connections and of the pool.
 *   <li>{@link org.reactivesessions.micrometer.SessionObservations}: an observation of every transaction, for traces, with
 *       {@link org.reactivesessions.micrometer.SessionObservationContext} and its conventions for names.
 * </ul>
 */
@NullMarked
package org.reactivesessions.micrometer;

import org.jspecify.annotations.NullMarked;
