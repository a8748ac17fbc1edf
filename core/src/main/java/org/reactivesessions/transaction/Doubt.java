package org.reactivesessions.transaction;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What there is to ask for when the answer to COMMIT is lost. Immutable.
 *
 * @param token the marker's, {@code null} if the transaction was read-only and left none: whether it committed makes no
 *     difference then
 * @param verification how long to ask
 */
record Doubt(@Nullable UUID token, CommitVerification verification) {}
