package org.reactivesessions.pool;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
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
    /** In the order of the ends. */
    private final List<LongAdder> closed =
            Stream.generate(LongAdder::new).limit(ConnectionEnd.values().length).toList();

    ConnectionBook(SessionListener listener) {
        this.listener = listener;
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
            closed.get(why.ordinal()).increment();
            tell(() -> listener.connectionClosed(why));
        }
    }

    ConnectionFigures figures() {
        Map<ConnectionEnd, Long> ends = new EnumMap<>(ConnectionEnd.class);
        for (ConnectionEnd end : ConnectionEnd.values()) {
            ends.put(end, closed.get(end.ordinal()).sum());
        }
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
