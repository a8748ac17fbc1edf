package org.reactivesessions.transaction;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZLI_Result;

/** A subscriber leaves at the moment at which the life is over. */
@JCStressTest
@Outcome(id = "true, LEFT, 1", expect = Expect.ACCEPTABLE, desc = "he has left, and what is left to do is counted")
@Outcome(id = "false, WAITS, 0", expect = Expect.ACCEPTABLE, desc = "he hears the end")
@Outcome(expect = Expect.FORBIDDEN, desc = "nobody tells him, or nobody counts what is left to do")
@State
public class CustodyStress {

    private final Census detached = new Census();
    private final Custody custody = new Custody(detached);

    /** The subscriber leaves. */
    @Actor
    public void leaves(ZLI_Result result) {
        result.r1 = custody.detach();
    }

    /** The life is over. */
    @Actor
    public void ends(ZLI_Result result) {
        result.r2 = custody.finish();
    }

    /** What is counted. */
    @Arbiter
    public void afterwards(ZLI_Result result) {
        result.r3 = detached.count();
    }
}
