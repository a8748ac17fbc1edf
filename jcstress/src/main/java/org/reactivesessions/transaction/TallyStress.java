package org.reactivesessions.transaction;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;
import org.reactivesessions.error.TransactionOutcome;

/** A transaction begins and ends while somebody looks at the figures. */
@JCStressTest
@Outcome(
        id = {"0, 0", "1, 0", "1, 1"},
        expect = Expect.ACCEPTABLE,
        desc = "so many have begun, so many of them have ended")
@Outcome(expect = Expect.FORBIDDEN, desc = "one has ended that has not begun")
@State
public class TallyStress {

    private final Tally tally = new Tally();

    /** The transaction. */
    @Actor
    public void runs() {
        tally.opened();
        tally.ended(TransactionOutcome.COMMITTED, false);
    }

    /** Who looks. */
    @Actor
    public void looks(JJ_Result result) {
        Tally.Standing seen = tally.standing();
        result.r1 = seen.opened();
        result.r2 = seen.committed();
    }
}
