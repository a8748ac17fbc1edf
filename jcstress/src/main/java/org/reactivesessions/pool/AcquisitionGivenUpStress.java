package org.reactivesessions.pool;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZII_Result;

/** Whoever waits gives up when his time is over. */
@JCStressTest
@Outcome(id = "true, 0, 0", expect = Expect.ACCEPTABLE, desc = "he has given up, and hears nothing")
@Outcome(id = "false, 1, 0", expect = Expect.ACCEPTABLE, desc = "he hears that he is late")
@Outcome(expect = Expect.FORBIDDEN, desc = "both, or neither, or he waits on")
@State
public class AcquisitionGivenUpStress {

    private final Pool pool = new Pool();
    private final Lease held = pool.borrowed();
    private final Taker waiting = new Taker();
    private final Acquisition acquisition = pool.ask(waiting);

    /** Whoever waits gives up. */
    @Actor
    public void givesUp(ZII_Result result) {
        result.r1 = acquisition.cancel();
    }

    /** The time is over. */
    @Actor
    public void isLate() {
        acquisition.expire();
    }

    /** Errors delivered, those who wait; the connection is somebody else's all the time. */
    @Arbiter
    public void afterwards(ZII_Result result) {
        result.r2 = waiting.errors();
        result.r3 = pool.source().status().pending() + (held.isOpen() ? 0 : 1);
    }
}
