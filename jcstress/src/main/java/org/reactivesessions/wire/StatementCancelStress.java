package org.reactivesessions.wire;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIL_Result;
import org.reactivesessions.jcstress.StillConnection;
import reactor.core.Disposable;
import reactor.core.publisher.Sinks;

/** A statement is cancelled while its answer comes. */
@JCStressTest
@Outcome(id = "1, 1, null", expect = Expect.ACCEPTABLE, desc = "its answer was heard, and nothing is open")
@Outcome(id = "1, 0, null", expect = Expect.ACCEPTABLE, desc = "its answer was not waited for, and nothing is open")
@Outcome(expect = Expect.FORBIDDEN, desc = "it is open for ever, or was sent twice, or not at all")
@State
public class StatementCancelStress {

    private final Gate gate = new Gate(StillConnection.alone(null));
    private final Sinks.Empty<Void> answer = Sinks.empty();
    private final Disposable statement = gate.send(answer.asMono());

    /** The answer comes. */
    @Actor
    public void answers() {
        answer.tryEmitEmpty();
    }

    /** Nobody waits for it. */
    @Actor
    public void cancels() {
        statement.dispose();
    }

    /** What was sent, what was heard of it, and what is open. */
    @Arbiter
    public void afterwards(IIL_Result result) {
        result.r1 = gate.sent();
        result.r2 = gate.heard().equals("answered") ? 1 : 0;
        result.r3 = gate.open();
    }
}
