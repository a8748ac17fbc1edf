package org.reactivesessions.error;

/**
 * What a function signals that wants its transaction rolled back although nothing has failed: a rehearsal, a check that is not to
 * change anything. The transaction is ROLLED_BACK, and its subscriber hears of this error as of any other of the function's; but it
 * is logged as {@link org.reactivesessions.observation.LogEvent#ROLLBACK}, not as a failure, and no meter counts it as one. It is
 * never a reason to run the transaction again.
 *
 * <p>Out of a scope that has joined another one it ends the other one too, which is a failure there. It has no stack trace,
 * because where it comes from is no riddle. Immutable.
 *
 * @since 0.1
 */
public class RollbackRequestedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the error.
     *
     * @param why what the rollback is for, for whoever hears of it
     */
    public RollbackRequestedException(String why) {
        super(why, null, false, false);
    }
}
