package org.reactivesessions.postgres.doubt;

import java.util.List;
import org.reactivesessions.testkit.proxy.FaultProxy;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;

/** What is to be seen on the wire in one round. Thread-safe. */
final class Sightings implements AutoCloseable {

    static final String MARK = "reactive_sessions\\.mark\\(";
    static final String COMMIT = "^COMMIT";
    private static final String RESOLVER = "reactive_sessions\\.(resolve|commit_marker)|^SELECT false$";

    private final Rule question;
    private final Rule waited;
    private final Rule fenced;
    private final Rule expired;
    private final Rule rolledBack;

    Sightings(FaultProxy proxy) {
        this.question = proxy.watch(FrameMatch.fromClient('Q', 'P').sql(RESOLVER));
        this.waited = proxy.watch(FrameMatch.fromServer('E').answering(RESOLVER).containing("C55P03"));
        this.fenced = proxy.watch(FrameMatch.fromServer('E').answering(MARK).containing("C23505"));
        this.expired = proxy.watch(FrameMatch.fromServer('E').answering(MARK).containing("CRS001"));
        this.rolledBack =
                proxy.watch(FrameMatch.fromServer('C').answering(COMMIT).containing("^.{5}ROLLBACK"));
    }

    /** The resolver's first question. */
    Rule question() {
        return question;
    }

    /** How often the resolver was told that the transaction is still open. */
    int waited() {
        return waited.hits();
    }

    /** Whether a marker was refused because a fence was in its place. */
    boolean fenced() {
        return fenced.hits() > 0;
    }

    /** Whether a marker was refused because it came too late. */
    boolean expired() {
        return expired.hits() > 0;
    }

    /** Whether a COMMIT was answered by ROLLBACK. */
    boolean rolledBack() {
        return rolledBack.hits() > 0;
    }

    @Override
    public void close() {
        List.of(question, waited, fenced, expired, rolledBack).forEach(Rule::remove);
    }
}
