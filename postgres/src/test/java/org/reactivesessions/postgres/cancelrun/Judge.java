package org.reactivesessions.postgres.cancelrun;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.postgres.cancelrun.Oracle.Durable;

/** Compares what was seen of each transaction with what became of it. Stateless. */
final class Judge {

    private Judge() {}

    /**
     * Adds what does not fit together.
     *
     * @param sharesClock whether server and client read the same clock
     */
    static void judge(
            List<Track> tracks,
            Map<Integer, Durable> durable,
            boolean tellsOutcomes,
            boolean sharesClock,
            Findings findings) {
        findings.made(Check.HALF);
        findings.made(Check.SPLIT);
        findings.made(Check.ACKNOWLEDGED_ABSENT);
        findings.made(Check.ROLLED_BACK_PRESENT);
        findings.made(Check.UNEXPECTED_ERRORS);
        for (Track track : tracks) {
            Durable rows = durable.getOrDefault(track.number(), Durable.NOTHING);
            judgeRows(track, rows, findings);
            unexpected(track, track.error(), findings);
        }
        if (tellsOutcomes) {
            judgeEvents(tracks, durable, sharesClock, findings);
        }
    }

    private static void judgeRows(Track track, Durable rows, Findings findings) {
        if (!rows.isNothing() && !rows.isWhole()) {
            findings.add(Check.HALF, describe(track, rows));
        }
        if (!rows.together()) {
            findings.add(Check.SPLIT, describe(track, rows));
        }
        if (track.wasAcknowledged() && !rows.isWhole()) {
            findings.add(Check.ACKNOWLEDGED_ABSENT, describe(track, rows));
        }
        if ((track.error() != null || isUndone(track.outcome())) && !rows.isNothing()) {
            findings.add(Check.ROLLED_BACK_PRESENT, describe(track, rows));
        }
    }

    private static void judgeEvents(
            List<Track> tracks, Map<Integer, Durable> durable, boolean sharesClock, Findings findings) {
        findings.made(Check.COMMITTED_ABSENT);
        findings.made(Check.IN_DOUBT);
        findings.made(Check.EVENTS);
        findings.made(Check.HOOKS);
        if (sharesClock) {
            findings.made(Check.FOREIGN_BEGIN);
        }
        for (Track track : tracks) {
            Durable rows = durable.getOrDefault(track.number(), Durable.NOTHING);
            if (track.outcome() == TransactionOutcome.COMMITTED && !rows.isWhole()) {
                findings.add(Check.COMMITTED_ABSENT, describe(track, rows));
            }
            if (track.outcome() == TransactionOutcome.IN_DOUBT) {
                findings.add(Check.IN_DOUBT, describe(track, rows));
            }
            if (track.events() != 1) {
                findings.add(Check.EVENTS, describe(track, rows) + ", " + track.events() + " events");
            }
            if (!track.hooksFit()) {
                findings.add(Check.HOOKS, describe(track, rows));
            }
            if (sharesClock && rows.begunMicros() < track.begunMicros()) {
                findings.add(
                        Check.FOREIGN_BEGIN,
                        describe(track, rows) + ", " + (track.begunMicros() - rows.begunMicros()) + " µs older");
            }
            if (track.error() == null) {
                unexpected(track, track.reason(), findings);
            }
        }
    }

    private static void unexpected(Track track, @Nullable Throwable error, Findings findings) {
        if (error != null && !(error instanceof PlannedFailure)) {
            findings.add(Check.UNEXPECTED_ERRORS, track.name() + " " + track.step() + ": " + error);
        }
    }

    private static boolean isUndone(@Nullable TransactionOutcome outcome) {
        return outcome == TransactionOutcome.ROLLED_BACK || outcome == TransactionOutcome.NOT_STARTED;
    }

    private static String describe(Track track, Durable rows) {
        return track.name() + " with " + rows.rows() + " rows, at step " + track.step() + ", outcome " + track.outcome()
                + (track.wasCancelled() ? ", cancelled in phase " + track.cancelPhase() : ", not cancelled")
                + ", error " + track.error();
    }
}
