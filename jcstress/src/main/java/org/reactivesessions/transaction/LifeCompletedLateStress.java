package org.reactivesessions.transaction;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** The function of a transaction completes at the moment at which its time is over. */
@JCStressTest
@Outcome(id = "value, COMMITTED, 1 0", expect = Expect.ACCEPTABLE, desc = "it was in time")
@Outcome(id = "error, ROLLED_BACK, 0 1", expect = Expect.ACCEPTABLE, desc = "it was too late, and is undone")
@Outcome(expect = Expect.FORBIDDEN, desc = "two ends, or none, or one that was told otherwise")
@State
public class LifeCompletedLateStress {

    private final Scene scene = new Scene();

    /** It is under way. */
    public LifeCompletedLateStress() {
        scene.subscribe();
    }

    /** The function completes. */
    @Actor
    public void completes() {
        scene.complete();
    }

    /** The time is over. */
    @Actor
    public void isLate() {
        scene.expire();
    }

    /** What the subscriber heard, what the listener heard, and what was sent. */
    @Arbiter
    public void afterwards(LLL_Result result) {
        scene.into(result);
    }
}
