package org.reactivesessions.benchmarks;

import org.reactivesessions.transaction.CommitVerification;

/** Which of our transactions leave a commit marker. */
enum Marked {
    /** None does. */
    NEVER("ours, without"),
    /** Those that have written something do. */
    WRITTEN("ours");

    private final String text;

    Marked(String text) {
        this.text = text;
    }

    /** Opens our pool for such transactions. */
    Ours open(Endpoint endpoint, int connections) {
        return Ours.verified(
                endpoint,
                connections,
                switch (this) {
                    case NEVER -> CommitVerification.none();
                    case WRITTEN -> CommitVerification.marker();
                });
    }

    @Override
    public String toString() {
        return text;
    }
}
