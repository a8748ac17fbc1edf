package org.reactivesessions.transaction;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** A session is used twice after its end, by two threads. */
@JCStressTest
@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "it was warned of once")
@Outcome(expect = Expect.FORBIDDEN, desc = "never, or twice")
@State
public class LateUsesStress {

    private final Warnings warnings = new Warnings();

    /** One. */
    @Actor
    public void first() {
        warnings.use();
    }

    /** Another one. */
    @Actor
    public void second() {
        warnings.use();
    }

    /** How many warnings there are. */
    @Arbiter
    public void afterwards(I_Result result) {
        result.r1 = warnings.count();
    }
}
