/**
 * When the database is asked for a connection, how often, and when not: the only room that knows Resilience4j.
 *
 * <ul>
 *   <li>{@link org.reactivesessions.resilience.ResilienceOptions}: the settings;
 *   <li>{@link org.reactivesessions.resilience.AcquisitionPolicy}: the circuit breaker, the retry and its budget, of one
 *       database;
 *   <li>{@link org.reactivesessions.resilience.Permission}: one scope's leave to ask the database, which ends with what the
 *       database did;
 *   <li>{@link org.reactivesessions.resilience.Attempts}: one scope's further attempts, made after the first has failed.
 * </ul>
 */
@NullMarked
package org.reactivesessions.resilience;

import org.jspecify.annotations.NullMarked;
