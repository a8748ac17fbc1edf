package org.reactivesessions.postgres.matrix;

import org.reactivesessions.testkit.proxy.FrameMatch;

/** The frames of the proxy that begin and end transactions, in both directions, to be held, dropped, cut or watched. */
final class Frames {

    static final FrameMatch BEGIN = FrameMatch.fromClient('Q').sql("^BEGIN");
    static final FrameMatch BEGIN_ANSWER = FrameMatch.fromServer('C').answering("^BEGIN");
    /** ReadyForQuery after what an operation writes, which is on its way to the function by then. */
    static final FrameMatch WRITTEN = FrameMatch.fromServer('Z').answering("^INSERT INTO effect");

    static final FrameMatch COMMIT = FrameMatch.fromClient('Q').sql("^COMMIT");
    /** CommandComplete, before which nobody knows. */
    static final FrameMatch COMMIT_ANSWER = FrameMatch.fromServer('C').answering("^COMMIT");

    /** The marker, directly before COMMIT and in the same flight. */
    static final FrameMatch MARKER = FrameMatch.fromClient('Q').sql("^SELECT reactive_sessions\\.mark\\(");
    /** CommandComplete, after which the marker keeps whoever asks for it waiting. */
    static final FrameMatch MARKER_ANSWER = FrameMatch.fromServer('C').answering("^SELECT reactive_sessions\\.mark\\(");
    /** What is asked when COMMIT was not answered. */
    static final FrameMatch RESOLUTION = FrameMatch.fromClient('Q').sql("^SELECT reactive_sessions\\.resolve\\(");

    static final FrameMatch ROLLBACK = FrameMatch.fromClient('Q').sql("^ROLLBACK");
    /** ReadyForQuery, before which the connection is nobody else's. */
    static final FrameMatch READY_AFTER_ROLLBACK = FrameMatch.fromServer('Z').answering("^ROLLBACK");

    /** Every statement, prepared or not, but those of the health probe, which has a connection of its own. */
    static final FrameMatch STATEMENTS =
            FrameMatch.fromClient('Q', 'P', 'B').sql("^(?!SELECT pg_catalog\\.pg_is_in_recovery)");

    private Frames() {}
}
