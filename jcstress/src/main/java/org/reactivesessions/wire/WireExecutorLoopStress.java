package org.reactivesessions.wire;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.reactivesessions.jcstress.HandLoop;
import org.reactivesessions.jcstress.StillConnection;

/** The event loop submits two tasks of its own, which may run at once, and another thread two of his. */
@JCStressTest
@Outcome(id = "4, 0, 0", expect = Expect.ACCEPTABLE, desc = "all have run, one at a time, each thread's in its order")
@Outcome(expect = Expect.FORBIDDEN, desc = "one was lost, or ran beside another one, or overtook")
@State
public class WireExecutorLoopStress {

    private final HandLoop loop = new HandLoop();
    private final Tasks tasks = new Tasks(WireExecutor.of(StillConnection.alone(loop)));

    /** The event loop. */
    @Actor
    public void loop() {
        loop.turn();
        tasks.submit(0);
        loop.turn();
    }

    /** Somebody else. */
    @Actor
    public void other() {
        tasks.submit(1);
    }

    /** What became of them, after the loop's last turn. */
    @Arbiter
    public void afterwards(III_Result result) {
        loop.turn();
        tasks.into(result);
    }
}
