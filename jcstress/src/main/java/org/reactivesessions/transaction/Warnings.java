package org.reactivesessions.transaction;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import java.util.concurrent.atomic.AtomicInteger;
import org.reactivesessions.dialect.StandardDialect;
import org.reactivesessions.health.Sentinel;
import org.reactivesessions.jcstress.StillClock;
import org.reactivesessions.observation.LogOptions;
import org.reactivesessions.observation.SessionListener;
import org.reactivesessions.observation.WatchOptions;
import org.slf4j.LoggerFactory;

/** Uses of a session after its end, and how many warnings became of them. Thread-safe. */
final class Warnings {

    private static final StillClock CLOCK = StillClock.everywhere();
    private static final Reports REPORTS = new Reports(
            SessionListener.none(),
            LogOptions.defaults(),
            new SlowLog(LogOptions.defaults()),
            new StandardDialect(),
            new Sentinel(null, CLOCK),
            new Tally());
    private static final Watch WATCH = new Watch(new Running(), REPORTS, WatchOptions.defaults(), CLOCK);

    static {
        Logger leak = (Logger) LoggerFactory.getLogger("org.reactivesessions.leak");
        Counter counter = new Counter();
        counter.start();
        leak.setLevel(Level.WARN);
        leak.addAppender(counter);
    }

    private final LateUses uses = new LateUses(REPORTS, WATCH, CLOCK);
    private final AtomicInteger warned = new AtomicInteger();
    private final Use use = new Use(warned);

    /** A use, by which its warnings are told from those of others. */
    private static final class Use extends IllegalStateException {

        private static final long serialVersionUID = 1L;

        private final AtomicInteger warned;

        Use(AtomicInteger warned) {
            super("used after its end");
            this.warned = warned;
        }
    }

    /** Counts for each use by itself. */
    private static final class Counter extends AppenderBase<ILoggingEvent> {

        @Override
        protected void append(ILoggingEvent event) {
            if (event.getThrowableProxy() instanceof ThrowableProxy cause && cause.getThrowable() instanceof Use use) {
                use.warned.incrementAndGet();
            }
        }
    }

    void use() {
        uses.used("session", use, false);
    }

    int count() {
        return warned.get();
    }
}
