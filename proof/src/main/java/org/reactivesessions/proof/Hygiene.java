package org.reactivesessions.proof;

import io.netty.util.ResourceLeakDetector;
import io.r2dbc.spi.R2dbcException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.proof.contestant.Verdict;
import org.reactivesessions.proof.oracle.Check;
import org.reactivesessions.testkit.leak.BufferLeaks;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Operators;
import reactor.netty.channel.AbortedException;
import reactor.util.context.Context;

/** Counts what Reactor drops, because nobody is left to hear it, and buffers of Netty that nobody gives back. Thread-safe. */
final class Hygiene {

    private static final int SAMPLES = 3;
    private static final int FRAMES = 12;
    private static final String MESSAGES_OF_DRIVER = "io.r2dbc.postgresql.message.";
    private static final String CONNECTION_LOST = "08";

    private final LongAdder explained = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final List<String> drops = new CopyOnWriteArrayList<>();
    private final BufferLeaks leaks = BufferLeaks.installed();

    private Hygiene() {}

    /** Watches this JVM from now on; to be called before Netty is used, and once. */
    static Hygiene install() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.SIMPLE);
        Hygiene hygiene = new Hygiene();
        hygiene.begin();
        Operators.onErrorDropped(new IllegalStateException("planted"), Context.empty());
        if (hygiene.dropped.sum() != 1) {
            throw new IllegalStateException("a planted drop was not seen");
        }
        hygiene.begin();
        return hygiene;
    }

    /** Begins anew. */
    void begin() {
        Hooks.onErrorDropped(this::drop);
        Hooks.onNextDropped(this::drop);
        explained.reset();
        dropped.reset();
        drops.clear();
        leaks.clear();
    }

    private void drop(Object signal) {
        if (signal instanceof Verdict || signal instanceof TransactionOutcome) {
            return; // of a client who has left in this moment
        }
        if (signal instanceof Throwable error
                ? isLoss(error)
                : signal.getClass().getName().startsWith(MESSAGES_OF_DRIVER)) {
            explained.increment(); // what is under way on a connection when it breaks
            return;
        }
        dropped.increment();
        if (drops.size() < SAMPLES) {
            List<String> frames = new ArrayList<>(List.of(String.valueOf(signal)));
            StackWalker.getInstance().forEach(frame -> {
                if (frames.size() < FRAMES) {
                    frames.add(frame.toString());
                }
            });
            drops.add(String.join(" < ", frames));
        }
    }

    private static boolean isLoss(Throwable error) {
        for (Throwable each = error; each != null; each = each.getCause()) {
            String state = each instanceof R2dbcException known ? known.getSqlState() : null;
            if (each instanceof IOException
                    || AbortedException.isConnectionReset(each)
                    || (state != null && state.startsWith(CONNECTION_LOST))) {
                return true;
            }
        }
        return false;
    }

    Check check() {
        Check check = new Check("i", "no signal was dropped but those of broken connections, no buffer was lost");
        check.count(explained.sum() + dropped.sum(), dropped.sum(), drops);
        check.count(1, leaks.found().size(), leaks.found().stream().limit(1).toList());
        return check;
    }
}
