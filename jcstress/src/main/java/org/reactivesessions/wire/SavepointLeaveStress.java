package org.reactivesessions.wire;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IL_Result;
import org.reactivesessions.jcstress.StillConnection;

/** A nested scope that is on its way out leaves while a statement of the outer one comes. */
@JCStressTest
@Outcome(id = "1, answered", expect = Expect.ACCEPTABLE, desc = "it was sent, behind the end of the nested scope")
@Outcome(expect = Expect.FORBIDDEN, desc = "it was refused, or waits for ever, or came twice")
@State
public class SavepointLeaveStress {

    private final Gate gate = new Gate(StillConnection.alone(null));
    private final StatementGate nested = gate.nested();

    /** The end of the nested scope is decided. */
    public SavepointLeaveStress() {
        nested.leaving();
    }

    /** It leaves. */
    @Actor
    public void leaves() {
        nested.leave();
    }

    /** The statement comes. */
    @Actor
    public void comes() {
        gate.send();
    }

    /** How often it was sent, and what was heard of it. */
    @Arbiter
    public void afterwards(IL_Result result) {
        result.r1 = gate.sent();
        result.r2 = gate.heard();
    }
}
