/**
 * Dialects with one planted error each, the classical ones, so that a check can show that it would see them:
 * {@link org.reactivesessions.postgres.mutant.NoGate}, {@link org.reactivesessions.postgres.mutant.CancellableBegin},
 * {@link org.reactivesessions.postgres.mutant.EarlyRelease} and {@link org.reactivesessions.postgres.mutant.EagerBegin}.
 * All of them are planted from outside, through the public seams; the library has no switch for them.
 */
@NullMarked
package org.reactivesessions.postgres.mutant;

import org.jspecify.annotations.NullMarked;
