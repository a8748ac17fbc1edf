package org.reactivesessions.testkit.proxy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What all links of a proxy go by: the rules, the toxics and the count under way.
 *
 * <p>Thread-safe; links read it frame by frame, so a change holds from the next frame on.
 */
final class Rulebook {

    private final List<Rule> rules = new CopyOnWriteArrayList<>();
    private final AtomicReference<@Nullable RoundTrips> count = new AtomicReference<>();
    private final AtomicInteger cancelRequests = new AtomicInteger();
    private final Toxics upstream = new Toxics();
    private final Toxics downstream = new Toxics();
    private volatile boolean outlivingClients;

    Rule add(FrameMatch match, Rule.Action action) {
        return add(match, action, Duration.ZERO, "");
    }

    Rule add(FrameMatch match, Rule.Action action, Duration delay, String text) {
        Rule rule = new Rule(match, action, delay, text, rules::remove);
        rules.add(rule);
        return rule;
    }

    /** The rule that acts on a frame, null if it just passes; every rule gets to see the frame. */
    @Nullable
    Rule actingOn(Frame frame, String sql) {
        Rule acting = null;
        for (Rule rule : rules) {
            if (rule.applies(frame, sql)) {
                if (rule.action() == Rule.Action.WATCH) {
                    rule.hit();
                } else if (acting == null) {
                    acting = rule;
                }
            }
        }
        return acting;
    }

    /** What happens to the bytes that come from a side. */
    Toxics toxics(Direction from) {
        return from == Direction.CLIENT ? upstream : downstream;
    }

    void outliveClients() {
        outlivingClients = true;
    }

    boolean isOutlivingClients() {
        return outlivingClients;
    }

    RoundTrips startCount() {
        RoundTrips started = new RoundTrips(ended -> count.compareAndSet(ended, null));
        if (!count.compareAndSet(null, started)) {
            throw new IllegalStateException("round trips are being counted already. Close that count first");
        }
        return started;
    }

    @Nullable
    RoundTrips count() {
        return count.get();
    }

    void cancelRequested() {
        cancelRequests.incrementAndGet();
    }

    int cancelRequests() {
        return cancelRequests.get();
    }
}
