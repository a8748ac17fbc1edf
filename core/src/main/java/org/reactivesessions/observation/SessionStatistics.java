package org.reactivesessions.observation;

/**
 * What has become of everything so far, counted since the start and since somebody last asked. Immutable.
 *
 * <p>Nothing is lost and nothing counted twice between two calls, whoever makes them: the figures of all calls together are
 * those since the start.
 *
 * @param sinceStart counted since the sessions were made
 * @param sinceLastCall counted since {@code statistics()} was called before, by whomever; at the first call the same
 * @param pendingCleanUps how many scopes were being cleaned up at this moment whose subscriber does not wait for it, which is what
 *     {@code quiesced()} waits for
 * @since 0.1
 */
public record SessionStatistics(SessionFigures sinceStart, SessionFigures sinceLastCall, int pendingCleanUps) {

    /** One line for a log: what came since the last call. */
    @Override
    public String toString() {
        return sinceLastCall + "; " + pendingCleanUps + " being cleaned up; " + sinceStart.opened()
                + " opened since the start";
    }
}
