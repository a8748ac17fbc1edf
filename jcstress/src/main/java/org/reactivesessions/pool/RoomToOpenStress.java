package org.reactivesessions.pool;

import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** Two who want to open a connection where there may be one. */
@JCStressTest
@Outcome(
        id = {"1, 0, 1", "0, 1, 1"},
        expect = Expect.ACCEPTABLE,
        desc = "one may")
@Outcome(expect = Expect.FORBIDDEN, desc = "both may, or nobody, or what was granted is not what is counted")
@State
public class RoomToOpenStress {

    private final RoomToOpen room = new RoomToOpen(1, Duration.ofSeconds(1), () -> 0);

    /** One asks. */
    @Actor
    public void first(III_Result result) {
        result.r1 = room.getPermits(1);
    }

    /** Another one asks. */
    @Actor
    public void second(III_Result result) {
        result.r2 = room.getPermits(1);
    }

    /** What is counted. */
    @Arbiter
    public void afterwards(III_Result result) {
        result.r3 = room.permitGranted();
    }
}
