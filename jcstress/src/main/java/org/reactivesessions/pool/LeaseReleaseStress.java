package org.reactivesessions.pool;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** A lease that is given back twice, while somebody waits: he must have it to himself. */
@JCStressTest
@Outcome(id = "1, 1, 0", expect = Expect.ACCEPTABLE, desc = "one has it, and nobody else")
@Outcome(expect = Expect.FORBIDDEN, desc = "it was given back for a second time, under the next one's hands")
@State
public class LeaseReleaseStress {

    private final Pool pool = new Pool();
    private final Lease lease = pool.borrowed();
    private final Taker waiting = pool.asking();

    /** Gives it back. */
    @Actor
    public void first() {
        lease.release().subscribe();
    }

    /** Gives it back. */
    @Actor
    public void second() {
        lease.release().subscribe();
    }

    /** Leases that the one who waits has got, connections in use, idle ones. */
    @Arbiter
    public void afterwards(III_Result result) {
        result.r1 = waiting.leases();
        result.r2 = pool.source().status().acquired();
        result.r3 = pool.source().status().idle();
    }
}
