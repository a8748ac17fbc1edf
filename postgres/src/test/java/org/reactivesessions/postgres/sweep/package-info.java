/**
 * The deterministic cancel sweep: every step of a transaction × Mono and Flux × cancel before, during and after it, made to
 * happen by held replies and parked threads.
 */
@NullMarked
package org.reactivesessions.postgres.sweep;

import org.jspecify.annotations.NullMarked;
