package org.reactivesessions.orders.live;

import java.util.List;
import org.reactivesessions.orders.audit.Books;
import org.reactivesessions.orders.journal.Happenings;

/**
 * What the page shows of one moment. Immutable.
 *
 * @param at when, in milliseconds since 1970
 * @param transactions who runs them
 * @param outcomes how they ended
 * @param answers how requests for a transfer were answered
 * @param latency how long the answers took since the last snapshot
 * @param pool the pool
 * @param active how many are at work
 * @param longest those that have been for longest, longest first
 * @param books whether the balances add up
 * @param circuit the state of the circuit breaker
 * @param load whether the clients of the page are there
 * @param chaos what is broken, and what may be
 * @param happenings what was worth a word lately
 */
record Snapshot(
        long at,
        String transactions,
        Engine.Outcomes outcomes,
        Answers.Counts answers,
        Latencies.Percentiles latency,
        Engine.Pool pool,
        int active,
        List<Engine.AtWork> longest,
        Books books,
        String circuit,
        Load load,
        Broken chaos,
        List<Happenings.Happening> happenings) {

    /**
     * The clients of the page.
     *
     * @param running whether they are there
     * @param clients how many there are, or would be
     */
    record Load(boolean running, int clients) {}

    /**
     * What is broken.
     *
     * @param allowed whether anybody may break something
     * @param serverIsOwn whether the server can be restarted, and commits be held
     * @param heldCommits how many are held back
     * @param restarting whether the server is away
     */
    record Broken(boolean allowed, boolean serverIsOwn, int heldCommits, boolean restarting) {}
}
