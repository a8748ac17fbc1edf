package org.reactivesessions.spring;

import org.reactivesessions.error.RollbackRequestedException;

/** Ends a function whose transaction is to be rolled back although nothing has failed. Nobody outside hears of it. */
final class RollbackAskedException extends RollbackRequestedException {

    private static final long serialVersionUID = 1L;

    RollbackAskedException() {
        super("setRollbackOnly() was called on the transaction, so it is rolled back");
    }
}
