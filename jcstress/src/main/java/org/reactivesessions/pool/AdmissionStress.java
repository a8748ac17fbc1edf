package org.reactivesessions.pool;

import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Two who come where there is room for one. */
@JCStressTest
@Outcome(
        id = {"true, false", "false, true"},
        expect = Expect.ACCEPTABLE,
        desc = "one is let in")
@Outcome(expect = Expect.FORBIDDEN, desc = "both are let in, or nobody")
@State
public class AdmissionStress {

    private final Admission admission = new Admission(0, new RoomToOpen(1, Duration.ofSeconds(1), () -> 0));

    /** One comes. */
    @Actor
    public void first(ZZ_Result result) {
        result.r1 = admission.enter();
    }

    /** Another one comes. */
    @Actor
    public void second(ZZ_Result result) {
        result.r2 = admission.enter();
    }
}
