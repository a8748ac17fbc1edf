/**
 * The fault matrix, automated: what is to happen in the middle of a transaction, and what must hold whatever happens.
 *
 * <ul>
 *   <li>{@link org.reactivesessions.postgres.matrix.FaultMatrix} has the rows: fault, phase, outcome, invariants.
 *   <li>{@code *RowsIT} have the tests, one class for each phase; a test says by
 *       {@link org.reactivesessions.postgres.matrix.FaultRow} which row it shows and which invariants it checks, and fails
 *       if it has not checked one of them by {@link org.reactivesessions.postgres.matrix.Check}.
 *   <li>{@code FaultMatrixTest} fails if a row has no test, and if {@code docs/results/fault-matrix.md} is not what the rows
 *       and their tests say.
 * </ul>
 */
@NullMarked
package org.reactivesessions.postgres.matrix;

import org.jspecify.annotations.NullMarked;
