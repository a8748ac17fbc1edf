package org.reactivesessions.transaction;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** A whole transaction, from its connection to its commit, whose subscriber leaves at some moment. */
@JCStressTest
@Outcome(id = "value, COMMITTED, 1 0", expect = Expect.ACCEPTABLE, desc = "he heard of the commit")
@Outcome(id = "nothing, COMMITTED, 1 0", expect = Expect.ACCEPTABLE, desc = "he left when COMMIT was sent")
@Outcome(id = "nothing, ROLLED_BACK, 0 1", expect = Expect.ACCEPTABLE, desc = "he left after BEGIN, and it is undone")
@Outcome(id = "nothing, NOT_STARTED, 0 0", expect = Expect.ACCEPTABLE, desc = "he left before BEGIN")
@Outcome(expect = Expect.FORBIDDEN, desc = "two ends, or none, or one that was told otherwise")
@State
public class LifeBegunCancelledStress {

    private final Scene scene = new Scene();

    /** All of it, as its function has completed already. */
    @Actor
    public void runs() {
        scene.run();
    }

    /** The subscriber leaves. */
    @Actor
    public void leaves() {
        scene.cancelLater();
    }

    /** What the subscriber heard, what the listener heard, and what was sent. */
    @Arbiter
    public void afterwards(LLL_Result result) {
        scene.into(result);
    }
}
