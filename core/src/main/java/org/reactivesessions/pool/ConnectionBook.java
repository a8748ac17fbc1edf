package org.reactivesessions.pool;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.reactivesessions.observation.ConnectionEnd;
import org.reactivesessions.observation.ConnectionFigures;
import org.reactivesessions.observation.SessionListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what becomes of the pool's connections, and tells the listener: of each once that it was opened, and once why it ended. Thread-safe. */
final class ConnectionBook {

    private static final Logger log = LoggerFactory.getLogger(ConnectionBook.class);

    private final SessionListener listener;
    private final LongAdder opened = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final Map<ConnectionEnd, LongAdder> closed = new EnumMap<>(ConnectionEnd.class);

    ConnectionBook(SessionListener listener) {
        this.listener = listener;
        for (ConnectionEnd end : ConnectionEnd.values()) {
            closed.put(end, new LongAdder());
        }
    }

    /** The pool gets a connection, if its end was not faster. */
    void opened(PhysicalConnection connection, long nanos) {
        if (connection.enterBook()) {
            opened.increment();
            tell(() -> listener.connectionOpened(Duration.ofNanos(nanos)));
        }
    }

    void refused(long nanos, Throwable error) {
        refused.increment();
        tell(() -> listener.connectionRefused(Duration.ofNanos(nanos), error));
    }

    /** A connection is being closed; of one that the pool never got nobody is told. */
    void closed(PhysicalConnection connection, ConnectionEnd why) {
        if (connection.leaveBook()) {
            requireNonNull(closed.get(why)).increment();
            tell(() -> listener.connectionClosed(why));
        }
    }

    ConnectionFigures figures() {
        Map<ConnectionEnd, Long> ends = new EnumMap<>(ConnectionEnd.class);
        closed.forEach((end, count) -> ends.put(end, count.sum()));
        return new ConnectionFigures(opened.sum(), refused.sum(), ends);
    }

    /** Foreign code, which must not cost the pool a place. */
    private static void tell(Runnable event) {
        try {
            event.run();
        } catch (Throwable thrown) {
            log.error("The session listener failed", thrown);
        }
    }
}
