package org.reactivesessions.transaction;

/** What a life hears in a phase, as far as it says something about the outcome. Immutable. */
enum Signal {
    /** What the phase waits for has come: a connection, the answer to BEGIN, the function's end, COMMIT's answer COMMIT. */
    DONE,
    /** COMMIT was answered with ROLLBACK. */
    ANSWERED_ROLLBACK,
    /** The server reported an error of severity ERROR, and was ready for the next message after it. */
    ERROR,
    /** The server reported FATAL or PANIC: it ends the connection, at whatever point the command was. */
    FATAL,
    /** The connection was lost, or an ERROR was not followed by readiness. */
    LOSS,
    /** The command has not left this process, and will not. */
    UNSENT,
    /** The time of the phase, or of the transaction, is over. */
    TIMEOUT,
    /** The subscriber has left. */
    CANCEL
}
