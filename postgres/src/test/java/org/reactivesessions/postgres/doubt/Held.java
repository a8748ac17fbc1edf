package org.reactivesessions.postgres.doubt;

import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.testkit.proxy.FaultProxy;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;

/** What is held of a transaction, and when it is let go. Each round is of one of these kinds. */
enum Held {
    BOTH("marker and COMMIT, until the verdict"),
    COMMIT("COMMIT, until the resolver has asked"),
    COMMIT_FOR_LONG("COMMIT, until the resolver has given up"),
    ANSWER("the answer, until the verdict"),
    RACE("marker and COMMIT, let go while the resolver asks");

    private final String text;

    Held(String text) {
        this.text = text;
    }

    /** Whether the library, without a planted error, can come to that verdict. */
    boolean mayEndAs(TransactionOutcome verdict) {
        return switch (this) {
            case BOTH -> verdict == TransactionOutcome.ROLLED_BACK;
            case COMMIT, ANSWER -> verdict == TransactionOutcome.COMMITTED;
            case COMMIT_FOR_LONG -> verdict == TransactionOutcome.IN_DOUBT;
            case RACE -> verdict != TransactionOutcome.IN_DOUBT;
        };
    }

    /** Starts to hold; the next transaction through the proxy is the one. */
    Rule in(FaultProxy proxy) {
        return proxy.hold(frame().nth(1));
    }

    private FrameMatch frame() {
        return switch (this) {
            case BOTH, RACE -> FrameMatch.fromClient('Q').sql(Sightings.MARK);
            case COMMIT, COMMIT_FOR_LONG -> FrameMatch.fromClient('Q').sql(Sightings.COMMIT);
            case ANSWER -> FrameMatch.fromServer('C').answering(Sightings.COMMIT);
        };
    }

    @Override
    public String toString() {
        return text;
    }
}
