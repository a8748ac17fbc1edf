package org.reactivesessions.micrometer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import org.reactivesessions.observation.AttemptReport;
import org.reactivesessions.observation.ConnectionEnd;

/** The meters of connections, whoever uses them. Thread-safe. */
final class ConnectionMeters {

    private final Timer create;
    private final Timer wait;
    private final Timer use;
    private final Timer refused;
    private final Counter retries;
    private final Map<ConnectionEnd, Counter> closed;

    ConnectionMeters(Meters meters) {
        create = meters.timer(SessionMeter.CREATE_TIME);
        wait = meters.timer(SessionMeter.WAIT_TIME);
        use = meters.timer(SessionMeter.USE_TIME);
        refused = meters.timer(SessionMeter.CONNECT_REFUSED);
        retries = meters.counter(SessionMeter.CONNECT_RETRIES);
        closed = meters.each(ConnectionEnd.class, reason -> meters.counter(SessionMeter.CLOSED, reason));
    }

    /** By somebody who has given it back. */
    void held(AttemptReport report) {
        wait.record(report.acquiring());
        use.record(report.held());
    }

    void opened(Duration took) {
        create.record(took);
    }

    void refused(Duration took) {
        refused.record(took);
    }

    void retrying() {
        retries.increment();
    }

    void closed(ConnectionEnd why) {
        Counter counter = closed.get(why);
        if (counter != null) {
            counter.increment();
        }
    }
}
