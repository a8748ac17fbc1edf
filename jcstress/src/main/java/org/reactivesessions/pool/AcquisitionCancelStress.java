package org.reactivesessions.pool;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZII_Result;

/** A connection is given back while whoever waits for it gives up. */
@JCStressTest
@Outcome(id = "true, 0, 1", expect = Expect.ACCEPTABLE, desc = "he has given up, and the connection is idle")
@Outcome(id = "false, 1, 0", expect = Expect.ACCEPTABLE, desc = "he has the connection")
@Outcome(expect = Expect.FORBIDDEN, desc = "both, or neither, or the connection is lost")
@State
public class AcquisitionCancelStress {

    private final Pool pool = new Pool();
    private final Lease held = pool.borrowed();
    private final Taker waiting = new Taker();
    private final Acquisition acquisition = pool.ask(waiting);

    /** Whoever has it gives it back. */
    @Actor
    public void givesBack() {
        held.release().subscribe();
    }

    /** Whoever waits gives up. */
    @Actor
    public void givesUp(ZII_Result result) {
        result.r1 = acquisition.cancel();
    }

    /** Leases delivered, idle connections. */
    @Arbiter
    public void afterwards(ZII_Result result) {
        result.r2 = waiting.leases();
        result.r3 = pool.source().status().idle();
    }
}
