package org.reactivesessions.benchmarks;

/**
 * The two transactions.
 *
 * @param <T> what one of them is before it has ended: a mono, a future, or the value itself
 */
interface Transactions<T> {

    /** READ1: BEGIN, SELECT by key, COMMIT; the balance. */
    T read1(int id);

    /** WRITE3: BEGIN, UPDATE, SELECT, INSERT, COMMIT; the number of inserted rows. */
    T write3(int id);
}
