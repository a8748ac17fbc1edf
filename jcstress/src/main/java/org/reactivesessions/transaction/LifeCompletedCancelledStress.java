package org.reactivesessions.transaction;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** The function of a transaction completes at the moment at which its subscriber leaves. */
@JCStressTest
@Outcome(id = "value, COMMITTED, 1 0", expect = Expect.ACCEPTABLE, desc = "he heard of the commit")
@Outcome(id = "nothing, COMMITTED, 1 0", expect = Expect.ACCEPTABLE, desc = "he left when COMMIT was sent")
@Outcome(id = "nothing, ROLLED_BACK, 0 1", expect = Expect.ACCEPTABLE, desc = "he left before, and it is undone")
@Outcome(expect = Expect.FORBIDDEN, desc = "two ends, or none, or one that was told otherwise")
@State
public class LifeCompletedCancelledStress {

    private final Scene scene = new Scene();

    /** It is under way. */
    public LifeCompletedCancelledStress() {
        scene.subscribe();
    }

    /** The function completes. */
    @Actor
    public void completes() {
        scene.complete();
    }

    /** The subscriber leaves. */
    @Actor
    public void leaves() {
        scene.cancel();
    }

    /** What the subscriber heard, what the listener heard, and what was sent. */
    @Arbiter
    public void afterwards(LLL_Result result) {
        scene.into(result);
    }
}
