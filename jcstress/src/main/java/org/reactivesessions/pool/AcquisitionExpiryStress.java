package org.reactivesessions.pool;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** A connection is given back while the time of whoever waits for it is over. */
@JCStressTest
@Outcome(id = "0, 1, 1", expect = Expect.ACCEPTABLE, desc = "he has heard that he is late, and the connection is idle")
@Outcome(id = "1, 0, 0", expect = Expect.ACCEPTABLE, desc = "he has the connection")
@Outcome(expect = Expect.FORBIDDEN, desc = "both, or neither, or the connection is lost")
@State
public class AcquisitionExpiryStress {

    private final Pool pool = new Pool();
    private final Lease held = pool.borrowed();
    private final Taker waiting = new Taker();
    private final Acquisition acquisition = pool.ask(waiting);

    /** Whoever has it gives it back. */
    @Actor
    public void givesBack() {
        held.release().subscribe();
    }

    /** The time is over. */
    @Actor
    public void isLate() {
        acquisition.expire();
    }

    /** Leases delivered, errors delivered, idle connections. */
    @Arbiter
    public void afterwards(III_Result result) {
        result.r1 = waiting.leases();
        result.r2 = waiting.errors();
        result.r3 = pool.source().status().idle();
    }
}
