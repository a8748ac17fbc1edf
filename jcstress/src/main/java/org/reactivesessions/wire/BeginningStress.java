package org.reactivesessions.wire;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZI_Result;

/** BEGIN is answered while a statement that has to wait for it comes. */
@JCStressTest
@Outcome(id = "true, 1", expect = Expect.ACCEPTABLE, desc = "it waited, and was woken once")
@Outcome(id = "false, 0", expect = Expect.ACCEPTABLE, desc = "it need not wait any more")
@Outcome(expect = Expect.FORBIDDEN, desc = "it waits for ever, or comes twice")
@State
public class BeginningStress {

    private final AtomicInteger woken = new AtomicInteger();
    private final Beginning beginning = new Beginning(Runnable::run, statement -> false);

    /** The answer comes. */
    @Actor
    public void answers() {
        beginning.succeeded();
    }

    /** The statement comes. */
    @Actor
    public void comes(ZI_Result result) {
        result.r1 = beginning.mustWait("statement", woken::incrementAndGet);
    }

    /** How often it was woken. */
    @Arbiter
    public void afterwards(ZI_Result result) {
        result.r2 = woken.get();
    }
}
