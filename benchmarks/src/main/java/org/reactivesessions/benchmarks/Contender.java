package org.reactivesessions.benchmarks;

import reactor.core.publisher.Mono;

/** A way to run the same two transactions on a pool of the same size. Thread-safe. */
interface Contender extends AutoCloseable {

    /** The size of everybody's pool. */
    int POOL = 16;

    String READ = "SELECT balance FROM account WHERE id = $1";
    String DEBIT = "UPDATE account SET balance = balance - 1 WHERE id = $1";
    String NOTE = "INSERT INTO note (account, balance) VALUES ($1, $2)";

    /** The contender's name in reports. */
    String name();

    /** READ1: BEGIN, SELECT by key, COMMIT; a cold mono of the balance. */
    Mono<Long> read1(int id);

    /** WRITE3: BEGIN, UPDATE, SELECT, INSERT, COMMIT; a cold mono of the inserted rows. */
    Mono<Long> write3(int id);

    @Override
    void close();
}
