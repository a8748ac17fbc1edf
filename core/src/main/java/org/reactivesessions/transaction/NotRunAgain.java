package org.reactivesessions.transaction;

/** Says, suppressed on an error that was worth another attempt, why there was none. It has no stack: it is a remark. */
final class NotRunAgain extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NotRunAgain(String message) {
        super(message, null, false, false);
    }
}
