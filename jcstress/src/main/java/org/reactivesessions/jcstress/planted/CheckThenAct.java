package org.reactivesessions.jcstress.planted;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** A latch that looks before it leaps, as a lease would without its compare-and-set: both get it. */
@JCStressTest
@Outcome(id = "true, false", expect = Expect.ACCEPTABLE, desc = "the first has it")
@Outcome(id = "false, true", expect = Expect.ACCEPTABLE, desc = "the second has it")
@Outcome(expect = Expect.FORBIDDEN, desc = "both have it, or nobody")
@State
public class CheckThenAct {

    private volatile boolean taken;

    private boolean take() {
        if (taken) {
            return false;
        }
        taken = true;
        return true;
    }

    /** One that takes. */
    @Actor
    public void first(ZZ_Result result) {
        result.r1 = take();
    }

    /** Another one. */
    @Actor
    public void second(ZZ_Result result) {
        result.r2 = take();
    }
}
