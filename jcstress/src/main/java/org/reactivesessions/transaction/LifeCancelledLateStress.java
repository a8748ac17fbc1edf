package org.reactivesessions.transaction;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** The subscriber of a transaction leaves at the moment at which its time is over. */
@JCStressTest
@Outcome(id = "nothing, ROLLED_BACK, 0 1", expect = Expect.ACCEPTABLE, desc = "he has left, and it is undone")
@Outcome(
        id = "error, ROLLED_BACK, 0 1",
        expect = Expect.ACCEPTABLE,
        desc = "he heard that it was too late, and it is undone")
@Outcome(expect = Expect.FORBIDDEN, desc = "two ends, or none, or one that was told otherwise")
@State
public class LifeCancelledLateStress {

    private final Scene scene = new Scene();

    /** It is under way. */
    public LifeCancelledLateStress() {
        scene.subscribe();
    }

    /** The subscriber leaves. */
    @Actor
    public void leaves() {
        scene.cancel();
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
