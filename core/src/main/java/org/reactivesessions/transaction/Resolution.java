package org.reactivesessions.transaction;

import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.TransactionOutcome;

/**
 * What has become of a transaction that was in doubt. Immutable.
 *
 * @param outcome COMMITTED, ROLLED_BACK, or still IN_DOUBT
 * @param error what its subscriber hears, {@code null} if it committed
 */
record Resolution(TransactionOutcome outcome, @Nullable Throwable error) {}
