package org.reactivesessions.proof.nemesis;

/** What the nemesis does. */
public enum FaultKind {
    /** The next COMMIT does not reach the server, and its connection is reset. */
    COMMIT_LOST(true, 26),
    /** The next COMMIT is done, and its answer lost with the connection. */
    ANSWER_LOST(true, 26),
    /** All COMMITs are held for a while, longer than anybody waits, and then delivered. */
    COMMIT_HELD(true, 1),
    /** All commit markers are held for a while with the COMMITs behind them, and then delivered. */
    MARKER_HELD(true, 1),
    /** A connection is reset in the middle of an answer. */
    LINK_RESET(true, 4),
    /** A session is ended (57P01). */
    SESSION_ENDED(false, 6),
    /** A statement is cancelled (57014). */
    STATEMENT_CANCELLED(false, 6),
    /** All sessions are ended. */
    ALL_ENDED(false, 2),
    /** All connections are reset. */
    ALL_RESET(false, 2),
    /** One process of the server is killed (SIGKILL), so it ends all others and recovers. */
    BACKEND_KILLED(false, 12),
    /** All processes of the server are killed (SIGKILL), and it is started again. */
    SERVER_KILLED(false, 4),
    /** The server is stopped in good order and started again. */
    RESTARTED(false, 2),
    /** One process of the server is stopped for a while (SIGSTOP). */
    BACKEND_FROZEN(false, 3),
    /** All processes of the server are stopped for a while. */
    SERVER_FROZEN(false, 2),
    /** Nothing arrives for a while, of one side or of both; then all connections are reset. */
    BLACK_HOLE(false, 2),
    /** Everything takes longer for a while. */
    SLOW(false, 2),
    /** A client is killed (SIGKILL) and has a successor. */
    CLIENT_KILLED(false, 4);

    private final boolean ofCommits;
    private final int weight;

    FaultKind(boolean ofCommits, int weight) {
        this.ofCommits = ofCommits;
        this.weight = weight;
    }

    boolean isOfCommits() {
        return ofCommits;
    }

    int weight() {
        return weight;
    }

    /** Whether it counts as a process that was killed. */
    public boolean isKill() {
        return this == BACKEND_KILLED || this == SERVER_KILLED || this == CLIENT_KILLED;
    }
}
