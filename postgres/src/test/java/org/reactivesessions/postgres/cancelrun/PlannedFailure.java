package org.reactivesessions.postgres.cancelrun;

/** The failure of one function in five. */
final class PlannedFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    PlannedFailure() {
        super("planned", null, true, false);
    }
}
