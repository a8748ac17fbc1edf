package org.reactivesessions.transaction;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Two want to cancel something on the server, which may be done one at a time. */
@JCStressTest
@Outcome(
        id = {"true, false", "false, true"},
        expect = Expect.ACCEPTABLE,
        desc = "one may")
@Outcome(expect = Expect.FORBIDDEN, desc = "both may, or nobody")
@State
public class CancelBudgetStress {

    private final CancelBudget budget =
            new CancelBudget(ServerCancelOptions.defaults().atOnce(1), () -> 0);

    /** One asks. */
    @Actor
    public void first(ZZ_Result result) {
        result.r1 = budget.take();
    }

    /** Another one asks. */
    @Actor
    public void second(ZZ_Result result) {
        result.r2 = budget.take();
    }
}
