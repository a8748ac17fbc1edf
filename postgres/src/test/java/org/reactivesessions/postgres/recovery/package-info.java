/**
 * How long it takes until work goes on: {@link org.reactivesessions.postgres.recovery.RecoveryRun}, a server that is killed and
 * started again under load, and {@link org.reactivesessions.postgres.recovery.OverloadRun}, more load than can be served.
 */
@NullMarked
package org.reactivesessions.postgres.recovery;

import org.jspecify.annotations.NullMarked;
