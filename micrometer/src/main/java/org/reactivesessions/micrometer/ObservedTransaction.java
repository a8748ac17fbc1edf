package org.reactivesessions.micrometer;

import io.micrometer.observation.Observation;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.RollbackRequestedException;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.observation.AttemptReport;
import org.reactivesessions.observation.TransactionObserver;
import reactor.util.context.Context;

/** One transaction that is observed. Hears one thing after the other. */
final class ObservedTransaction implements TransactionObserver {

    private static final long NANOS_IN_TENTH = 100_000;
    private static final long TENTHS = 10;

    private final Observation observation;
    private final SessionObservationContext about;

    /** @param observation has begun */
    ObservedTransaction(Observation observation, SessionObservationContext about) {
        this.observation = observation;
        this.about = about;
    }

    @Override
    public Context inside(Context context) {
        return context.put(SessionObservations.KEY, observation);
    }

    @Override
    public void acquired(int attempt, Duration waited) {
        tell("acquired", "attempt " + attempt + " got its connection after " + millis(waited));
    }

    @Override
    public void attempted(AttemptReport report) {
        about.attempted(report.attempt(), report.statements(), report.cancelled());
        String how = Meters.word(report.outcome()) + " after " + millis(report.total()) + " in phase "
                + Meters.word(report.phase());
        String why = report.error() == null ? "" : ": " + ErrorNames.full(report.error());
        tell("attempted", "attempt " + report.attempt() + " " + how + why);
        if (report.repeated()) {
            tell("retry", "attempt " + (report.attempt() + 1) + " follows");
        }
    }

    @Override
    public void ended(LifePhase phase, TransactionOutcome outcome, @Nullable Throwable error) {
        about.ended(outcome);
        if (error != null && !(error instanceof RollbackRequestedException)) {
            observation.error(error);
        }
        observation.stop();
    }

    private void tell(String name, String text) {
        observation.event(Observation.Event.of(name, text));
    }

    private static String millis(Duration time) {
        long tenths = time.toNanos() / NANOS_IN_TENTH;
        return tenths / TENTHS + "." + tenths % TENTHS + " ms";
    }
}
