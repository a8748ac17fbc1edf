package org.reactivesessions.pool;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** A connection is to be handed over to somebody who gives up. */
@JCStressTest
@Outcome(id = "true, false", expect = Expect.ACCEPTABLE, desc = "he takes it over")
@Outcome(id = "false, true", expect = Expect.ACCEPTABLE, desc = "he has given up, and somebody else is looked for")
@Outcome(expect = Expect.FORBIDDEN, desc = "both, or neither")
@State
public class AcquisitionTakeOverStress {

    private final Pool pool = new Pool();
    private final Lease held = pool.borrowed();
    private final Acquisition acquisition = pool.ask(new Taker());

    /** Whoever hands over picks him, as long as the connection is there. */
    @Actor
    public void isPicked(ZZ_Result result) {
        result.r1 = held.isOpen() && acquisition.claim();
    }

    /** Whoever waits gives up. */
    @Actor
    public void givesUp(ZZ_Result result) {
        result.r2 = acquisition.cancel();
    }
}
