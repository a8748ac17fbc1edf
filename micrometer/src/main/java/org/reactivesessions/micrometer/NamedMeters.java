package org.reactivesessions.micrometer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.observation.AttemptReport;
import org.reactivesessions.observation.AttemptReport.Kind;

/** The meters of all scopes of one name. Thread-safe. */
final class NamedMeters {

    private final Timer acquire;
    private final Timer begin;
    private final Timer hold;
    private final Timer commit;
    private final Timer rollback;
    private final Map<TransactionOutcome, Counter> ended;
    private final Counter retries;

    NamedMeters(Meters meters, String name) {
        acquire = meters.timer(SessionMeter.ACQUIRE, name);
        begin = meters.timer(SessionMeter.BEGIN, name);
        hold = meters.timer(SessionMeter.HOLD, name);
        commit = meters.timer(SessionMeter.COMMIT, name);
        rollback = meters.timer(SessionMeter.ROLLBACK, name);
        ended = meters.each(
                TransactionOutcome.class, outcome -> meters.counter(SessionMeter.TRANSACTIONS, name, outcome));
        retries = meters.counter(SessionMeter.RETRIES, name);
    }

    /** Of somebody who got a connection. */
    void held(AttemptReport report) {
        acquire.record(report.acquiring());
        hold.record(report.held());
        if (report.kind() != Kind.TRANSACTION) {
            return;
        }
        begin.record(report.beginning());
        if (report.outcome() == TransactionOutcome.COMMITTED) {
            commit.record(report.ending());
        } else if (report.outcome() == TransactionOutcome.ROLLED_BACK) {
            rollback.record(report.ending());
        }
    }

    void ended(TransactionOutcome outcome) {
        Counter counter = ended.get(outcome);
        if (counter != null) {
            counter.increment();
        }
    }

    void repeated() {
        retries.increment();
    }
}
