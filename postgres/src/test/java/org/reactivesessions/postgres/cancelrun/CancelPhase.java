package org.reactivesessions.postgres.cancelrun;

/** The phase a cancel hit. Immutable. */
enum CancelPhase {
    ACQUIRING("acquiring"),
    BEGINNING("beginning"),
    BETWEEN_STATEMENTS("between statements"),
    STATEMENT_IN_FLIGHT("statement in flight"),
    COMMITTING("committing"),
    ROLLING_BACK("rolling back"),
    /** Before the first or after the last statement, or on the way from one phase to the next: counted for none. */
    NONE("in none of them for certain");

    private final String text;

    CancelPhase(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
