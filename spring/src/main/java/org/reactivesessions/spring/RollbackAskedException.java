package org.reactivesessions.spring;

/** Ends a function whose transaction is to be rolled back although nothing has failed. Nobody outside hears of it. */
final class RollbackAskedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RollbackAskedException() {
        super("setRollbackOnly() was called on the transaction, so it is rolled back", null, false, false);
    }
}
