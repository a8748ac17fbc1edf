package org.reactivesessions.transaction;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Two who hold one of two connections each ask for another one: both would wait for ever. */
@JCStressTest
@Outcome(
        id = {"true, false", "false, true"},
        expect = Expect.ACCEPTABLE,
        desc = "one may wait")
@Outcome(id = "false, false", expect = Expect.ACCEPTABLE, desc = "nobody may wait, which is no deadlock either")
@Outcome(expect = Expect.FORBIDDEN, desc = "both wait for each other")
@State
public class HoldersStress {

    private final Holders holders = new Holders(2);

    /** One asks. */
    @Actor
    public void first(ZZ_Result result) {
        result.r1 = holders.enter();
    }

    /** Another one asks. */
    @Actor
    public void second(ZZ_Result result) {
        result.r2 = holders.enter();
    }
}
