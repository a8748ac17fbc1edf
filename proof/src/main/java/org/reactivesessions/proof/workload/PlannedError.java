package org.reactivesessions.proof.workload;

/** The error of an operation that is meant to fail. */
public final class PlannedError extends RuntimeException {

    private static final long serialVersionUID = 1L;

    PlannedError() {
        super("planned", null, false, false);
    }
}
