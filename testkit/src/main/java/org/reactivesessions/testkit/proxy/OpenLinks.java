package org.reactivesessions.testkit.proxy;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongFunction;

/**
 * The links of a proxy that are open now, and how many there ever were.
 *
 * <p>Thread-safe by its monitor.
 */
final class OpenLinks {

    private final Set<Link> links = new HashSet<>();
    private long opened;

    /** Makes a link with the next number, counted from 1, and adds it. */
    synchronized Link open(LongFunction<Link> maker) {
        opened++;
        Link link = maker.apply(opened);
        links.add(link);
        notifyAll();
        return link;
    }

    synchronized void closed(Link link) {
        links.remove(link);
        notifyAll();
    }

    synchronized int size() {
        return links.size();
    }

    synchronized long opened() {
        return opened;
    }

    void closeAll(boolean reset) {
        open().forEach(link -> link.close(reset));
    }

    void resetClients() {
        open().forEach(Link::resetClient);
    }

    private synchronized List<Link> open() {
        return List.copyOf(links);
    }

    synchronized void await(int count, Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        try {
            while (links.size() != count) {
                long remaining = deadline - System.nanoTime();
                if (remaining <= 0) {
                    throw new AssertionError("expected " + count + " open link(s) within " + atMost.toMillis()
                            + " ms, but there are " + links.size());
                }
                wait(remaining / 1_000_000, (int) (remaining % 1_000_000));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + count + " open link(s)", e);
        }
    }
}
