package org.reactivesessions.orders.evidence;

import java.time.Duration;
import java.util.List;

/**
 * What came of requests that were due within some time. Immutable.
 *
 * @param requests each of them
 * @param time within which they were due
 */
record Answered(List<Request> requests, Duration time) {

    /** Of what is asked for, at least so much is done in time by a service that keeps up. */
    private static final double DONE = 0.98;

    /** A backlog that grows from zero in a straight line is 1.67 times as long in the last third as in the middle one. */
    private static final double GROWN = 1.5;

    /** So many at once are no backlog yet. */
    private static final int USUAL = 32;

    /**
     * One of them.
     *
     * @param dueNanos when it was due, from the beginning on
     * @param endNanos when it was answered
     * @param done whether with success
     */
    record Request(long dueNanos, long endNanos, boolean done) {}

    long done() {
        return requests.stream().filter(Request::done).count();
    }

    long failed() {
        return requests.size() - done();
    }

    /** How many were due in a second. */
    double asked() {
        return requests.size() / seconds();
    }

    /** How many were done in a second, before the time was over. */
    double perSecond() {
        return requests.stream()
                        .filter(request -> request.done() && request.endNanos() <= time.toNanos())
                        .count()
                / seconds();
    }

    private double seconds() {
        return time.toNanos() / 1e9;
    }

    /** The time from when it was due to its answer that such a share of those that were done did not exceed. */
    double millis(double share) {
        long[] took = requests.stream()
                .filter(Request::done)
                .mapToLong(request -> request.endNanos() - request.dueNanos())
                .sorted()
                .toArray();
        return took.length == 0 ? 0 : took[Math.max(0, (int) Math.ceil(took.length * share) - 1)] / 1e6;
    }

    /** What one of them took of some time that all of them have taken, in microseconds. */
    double micros(Duration together) {
        return together.toNanos() / 1e3 / requests.size();
    }

    /** How many were due and not answered, on average over one third of the time: 0, 1 or 2. */
    double backlog(int third) {
        long from = time.toNanos() * third / 3;
        long to = time.toNanos() * (third + 1) / 3;
        return requests.stream()
                        .mapToDouble(request ->
                                Math.max(0, Math.min(to, request.endNanos()) - Math.max(from, request.dueNanos())))
                        .sum()
                / (to - from);
    }

    /** Whether all was answered with success, at the rate it was asked for, by a backlog that did not grow. */
    boolean keptUp() {
        return failed() == 0 && perSecond() >= DONE * asked() && backlog(2) <= GROWN * backlog(1) + USUAL;
    }
}
