package org.reactivesessions.wire;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.reactivesessions.jcstress.StillConnection;

/** Two threads with two tasks each, without an event loop. The tasks share what only one thread may touch. */
@JCStressTest
@Outcome(id = "4, 0, 0", expect = Expect.ACCEPTABLE, desc = "all have run, one at a time, each thread's in its order")
@Outcome(expect = Expect.FORBIDDEN, desc = "one was lost, or ran beside another one, or overtook")
@State
public class WireExecutorStress {

    private final Tasks tasks = new Tasks(WireExecutor.of(StillConnection.alone(null)));

    /** One submits. */
    @Actor
    public void first() {
        tasks.submit(0);
    }

    /** Another one submits. */
    @Actor
    public void second() {
        tasks.submit(1);
    }

    /** What became of them. */
    @Arbiter
    public void afterwards(III_Result result) {
        tasks.into(result);
    }
}
