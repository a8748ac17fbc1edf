package org.reactivesessions.resilience;

import java.io.IOException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** An answer comes at the moment at which it is taken for lost, to the one who tries whether the database is back. */
@JCStressTest
@Outcome(id = "CLOSED", expect = Expect.ACCEPTABLE, desc = "the answer counts")
@Outcome(id = "OPEN", expect = Expect.ACCEPTABLE, desc = "the loss counts")
@Outcome(expect = Expect.FORBIDDEN, desc = "both count, or neither")
@State
public class PermissionAnswerLossStress {

    private final Trial trial = new Trial();

    /** The answer comes. */
    @Actor
    public void answers() {
        trial.permission().answered();
    }

    /** It is given up. */
    @Actor
    public void isLost() {
        trial.permission().lost(new IOException("lost"));
    }

    /** What the breaker has made of it. */
    @Arbiter
    public void afterwards(L_Result result) {
        result.r1 = trial.end();
    }
}
