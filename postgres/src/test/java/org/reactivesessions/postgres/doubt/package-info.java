/**
 * Proofs about COMMITs whose answer is lost, each a program with a report:
 * {@link org.reactivesessions.postgres.doubt.LateCommitRun}, a COMMIT that arrives after its transaction was decided;
 * {@link org.reactivesessions.postgres.doubt.CrashRestartRun}, a server that is killed around COMMIT; and
 * {@link org.reactivesessions.postgres.doubt.OnceRun}, operations that two processes apply at the same time while one of them
 * is killed. Each also runs with planted errors, which it has to catch.
 */
@NullMarked
package org.reactivesessions.postgres.doubt;

import org.jspecify.annotations.NullMarked;
