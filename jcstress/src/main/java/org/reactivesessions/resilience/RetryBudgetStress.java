package org.reactivesessions.resilience;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Two want to try again, and there is one retry left. */
@JCStressTest
@Outcome(
        id = {"true, false", "false, true"},
        expect = Expect.ACCEPTABLE,
        desc = "one may")
@Outcome(expect = Expect.FORBIDDEN, desc = "both may, or nobody")
@State
public class RetryBudgetStress {

    private final RetryBudget budget = new RetryBudget(1, 1);

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
