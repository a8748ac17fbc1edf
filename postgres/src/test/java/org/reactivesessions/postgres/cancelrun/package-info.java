/**
 * The random cancel run: {@link org.reactivesessions.postgres.cancelrun.RandomCancelRun} runs very many transactions of two
 * inserts, cancels most of them at a random moment, and asks the database afterwards what became of each. The same traffic
 * goes to planted mutants, which have to be caught, and to two other ways of running a transaction, for comparison.
 */
@NullMarked
package org.reactivesessions.postgres.cancelrun;

import org.jspecify.annotations.NullMarked;
