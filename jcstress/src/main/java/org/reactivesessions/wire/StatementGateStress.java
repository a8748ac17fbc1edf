package org.reactivesessions.wire;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.reactivesessions.jcstress.StillConnection;

/** A statement comes from one thread while the gate is closed for ROLLBACK by another one. */
@JCStressTest
@Outcome(id = "statement rollback, answered", expect = Expect.ACCEPTABLE, desc = "it was sent before ROLLBACK")
@Outcome(id = "rollback, refused", expect = Expect.ACCEPTABLE, desc = "it was refused, and nothing of it sent")
@Outcome(expect = Expect.FORBIDDEN, desc = "it was sent behind ROLLBACK, into somebody else's transaction")
@State
public class StatementGateStress {

    private final Gate gate = new Gate(StillConnection.alone(null));

    /** The statement. */
    @Actor
    public void comes() {
        gate.send();
    }

    /** The end. */
    @Actor
    public void ends() {
        gate.close();
    }

    /** What was sent, and what was heard of it. */
    @Arbiter
    public void afterwards(LL_Result result) {
        result.r1 = gate.wire();
        result.r2 = gate.heard();
    }
}
