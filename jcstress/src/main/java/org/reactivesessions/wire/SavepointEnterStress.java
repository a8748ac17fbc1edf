package org.reactivesessions.wire;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.reactivesessions.jcstress.StillConnection;

/** Two nested scopes want to open at once: there can be one at a time. */
@JCStressTest
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "one is open, the other was refused")
@Outcome(expect = Expect.FORBIDDEN, desc = "both are open, or neither")
@State
public class SavepointEnterStress {

    private final Gate gate = new Gate(StillConnection.alone(null));

    /** One comes. */
    @Actor
    public void first() {
        gate.enter();
    }

    /** Another one comes. */
    @Actor
    public void second() {
        gate.enter();
    }

    /** How many were let in, and how many refused. */
    @Arbiter
    public void afterwards(II_Result result) {
        result.r1 = gate.entered();
        result.r2 = gate.refused();
    }
}
