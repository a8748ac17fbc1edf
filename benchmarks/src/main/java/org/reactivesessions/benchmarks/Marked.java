package org.reactivesessions.benchmarks;

import org.reactivesessions.transaction.CommitVerification;
import org.reactivesessions.transaction.CommitVerification.Marking;

/** Which of our transactions leave a commit marker. */
enum Marked {
    /** None does. */
    NEVER("no marker"),
    /** Those that have written something do. */
    WRITTEN("marker()"),
    /** All do. */
    ALWAYS("marker(ALWAYS)");

    private final String text;

    Marked(String text) {
        this.text = text;
    }

    /** Opens our pool for such transactions. */
    Ours open(Endpoint endpoint) {
        return Ours.verified(
                endpoint,
                switch (this) {
                    case NEVER -> CommitVerification.none();
                    case WRITTEN -> CommitVerification.marker();
                    case ALWAYS -> CommitVerification.marker(Marking.ALWAYS);
                });
    }

    @Override
    public String toString() {
        return text;
    }
}
