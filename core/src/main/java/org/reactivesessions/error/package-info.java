/**
 * What can go wrong and how a transaction ended. {@link org.reactivesessions.error.LifePhase} says where a
 * transaction was, {@link org.reactivesessions.error.TransactionOutcome} how it ended, and each exception type extends the
 * nearest R2DBC category, so that existing handlers keep working.
 */
@NullMarked
package org.reactivesessions.error;

import org.jspecify.annotations.NullMarked;
