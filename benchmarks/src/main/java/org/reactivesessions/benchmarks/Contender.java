package org.reactivesessions.benchmarks;

import java.util.Optional;
import java.util.function.Consumer;

/**
 * A way to run the same two transactions on a pool of the same size. Thread-safe.
 *
 * <p>To add one, write it as one of the kinds below and give it a name in {@link Entrant}; every program then knows it.
 *
 * <ul>
 *   <li>{@link ReactiveContender}: transactions are monos;
 *   <li>{@link BlockingContender}: transactions are calls, each caller has a thread of his own;
 *   <li>anything else drives its callers by itself, like {@link VertxClient}.
 * </ul>
 */
interface Contender extends AutoCloseable {

    /** The size of everybody's pool. */
    int POOL = 16;

    /** How many texts everybody's connection keeps prepared. */
    int STATEMENT_CACHE = 256;

    String READ = "SELECT balance FROM account WHERE id = $1";
    String DEBIT = "UPDATE account SET balance = balance - 1 WHERE id = $1";
    String NOTE = "INSERT INTO note (account, balance) VALUES ($1, $2)";

    /** Runs one transaction and waits for its end. */
    long once(Workload workload, int id);

    /**
     * Lets the callers of a load go on in the way this contender's users would write them, and returns when the last of them
     * has stopped. Whatever has to be made first is made before {@link Load#begin()}.
     *
     * @throws IllegalStateException or what the transaction failed with, if one failed
     */
    void run(Workload workload, Load load);

    /**
     * Begins one transaction and returns at once, whatever becomes of those before it.
     *
     * @param ended called once, on any thread, with what it failed with, if it did
     */
    void start(Workload workload, int id, Consumer<Optional<Throwable>> ended);

    @Override
    void close();
}
