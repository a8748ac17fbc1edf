package org.reactivesessions.resilience;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** An answer comes at the moment at which nobody waits for it any more. */
@JCStressTest
@Outcome(id = "CLOSED", expect = Expect.ACCEPTABLE, desc = "the answer counts")
@Outcome(
        id = "HALF_OPEN, another one may try",
        expect = Expect.ACCEPTABLE,
        desc = "nothing counts, and the place is free")
@Outcome(expect = Expect.FORBIDDEN, desc = "both count, or neither")
@State
public class PermissionAnswerCancelStress {

    private final Trial trial = new Trial();

    /** The answer comes. */
    @Actor
    public void answers() {
        trial.permission().answered();
    }

    /** Nobody waits. */
    @Actor
    public void leaves() {
        trial.permission().release();
    }

    /** What the breaker has made of it. */
    @Arbiter
    public void afterwards(L_Result result) {
        result.r1 = trial.end();
    }
}
