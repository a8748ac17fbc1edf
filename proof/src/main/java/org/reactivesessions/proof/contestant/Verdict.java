package org.reactivesessions.proof.contestant;

import org.reactivesessions.proof.journal.Told;

/**
 * What a caller is told.
 *
 * @param told in one word
 * @param attempts how often the work was begun; 0 if that is not known
 * @param doubted whether the answer to COMMIT was lost, and the outcome looked up
 * @param error the text of the error, empty if there is none
 */
public record Verdict(Told told, int attempts, boolean doubted, String error) {

    /** A verdict of somebody who neither counts attempts nor looks anything up. */
    public static Verdict of(Told told, String error) {
        return new Verdict(told, 0, false, error);
    }
}
