package org.reactivesessions.spring.web;

import org.reactivesessions.error.RollbackRequestedException;

/** Ends the transaction of a request that has an answer, and is to be rolled back. No client hears of it. */
final class RollbackAskedException extends RollbackRequestedException {

    private static final long serialVersionUID = 1L;

    RollbackAskedException(HeldResponse answer) {
        super("the request is answered with " + answer.getStatusCode() + ", which is no success, so it is rolled back");
    }
}
