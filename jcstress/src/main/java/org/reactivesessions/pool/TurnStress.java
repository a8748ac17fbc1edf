package org.reactivesessions.pool;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** The last answer comes while somebody begins to wait for it. */
@JCStressTest
@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "he was told once")
@Outcome(expect = Expect.FORBIDDEN, desc = "he waits for ever, or was told twice")
@State
public class TurnStress {

    private final Turn turn = new Turn();
    private final AtomicInteger told = new AtomicInteger();

    /** The answer comes. */
    @Actor
    public void comes() {
        turn.come();
    }

    /** Somebody waits. */
    @Actor
    public void waits() {
        turn.await(told::incrementAndGet);
    }

    /** How often he was told. */
    @Arbiter
    public void afterwards(I_Result result) {
        result.r1 = told.get();
    }
}
