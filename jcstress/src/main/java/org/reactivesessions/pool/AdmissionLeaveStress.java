package org.reactivesessions.pool;

import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Somebody leaves while somebody comes, where there is room for one; then somebody else comes. */
@JCStressTest
@Outcome(id = "true, false", expect = Expect.ACCEPTABLE, desc = "whoever came has the place")
@Outcome(id = "false, true", expect = Expect.ACCEPTABLE, desc = "whoever came was too early, and the place is free")
@Outcome(expect = Expect.FORBIDDEN, desc = "a place is lost, or given twice")
@State
public class AdmissionLeaveStress {

    private final Admission admission = new Admission(0, new RoomToOpen(1, Duration.ofSeconds(1), () -> 0));

    /** Somebody is inside. */
    public AdmissionLeaveStress() {
        admission.enterAnyway();
    }

    /** He leaves. */
    @Actor
    public void leaves() {
        admission.leave();
    }

    /** Somebody comes. */
    @Actor
    public void comes(ZZ_Result result) {
        result.r1 = admission.enter();
    }

    /** Somebody else comes. */
    @Arbiter
    public void afterwards(ZZ_Result result) {
        result.r2 = admission.enter();
    }
}
