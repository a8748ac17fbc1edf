package org.reactivesessions.pool;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIZ_Result;

/** A lease that is given back and destroyed. */
@JCStressTest
@Outcome(id = "0, 1, true", expect = Expect.ACCEPTABLE, desc = "given back")
@Outcome(id = "0, 0, false", expect = Expect.ACCEPTABLE, desc = "destroyed")
@Outcome(expect = Expect.FORBIDDEN, desc = "both, or neither, or its place is lost")
@State
public class LeaseEndStress {

    private final Pool pool = new Pool();
    private final Lease lease = pool.borrowed();

    /** Gives it back. */
    @Actor
    public void givesBack() {
        lease.release().subscribe();
    }

    /** Destroys it. */
    @Actor
    public void destroys() {
        lease.destroy().subscribe();
    }

    /** In use, there, open. */
    @Arbiter
    public void afterwards(IIZ_Result result) {
        result.r1 = pool.source().status().acquired();
        result.r2 = pool.source().status().allocated();
        result.r3 = lease.isOpen();
    }
}
