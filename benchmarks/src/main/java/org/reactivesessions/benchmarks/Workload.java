package org.reactivesessions.benchmarks;

/** A transaction to measure. */
public enum Workload {
    /** BEGIN, SELECT by key, COMMIT. */
    READ1,
    /** BEGIN, UPDATE, SELECT, INSERT, COMMIT. */
    WRITE3;

    <T> T of(Transactions<T> transactions, int id) {
        return switch (this) {
            case READ1 -> transactions.read1(id);
            case WRITE3 -> transactions.write3(id);
        };
    }
}
