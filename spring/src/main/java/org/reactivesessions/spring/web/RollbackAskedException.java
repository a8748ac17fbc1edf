package org.reactivesessions.spring.web;

/** Ends the transaction of a request that has an answer, and is to be rolled back. No client hears of it. */
final class RollbackAskedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RollbackAskedException(HeldResponse answer) {
        super(
                "the request is answered with " + answer.getStatusCode()
                        + ", which is no success, so it is rolled back",
                null,
                false,
                false);
    }
}
