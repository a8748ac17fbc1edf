package org.reactivesessions.transaction;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.reactivesessions.jcstress.StillClock;

/** A time is over at the moment at which the next one is set. */
@JCStressTest
@Outcome(
        id = {"1, 1", "0, 1"},
        expect = Expect.ACCEPTABLE,
        desc = "what was due has happened, or was replaced; what came next has happened")
@Outcome(expect = Expect.FORBIDDEN, desc = "something has happened twice, or what came next never")
@State
public class DeadlineStress {

    private final StillClock clock = new StillClock();
    private final Deadline deadline = new Deadline(clock, clock);
    private final AtomicInteger first = new AtomicInteger();
    private final AtomicInteger second = new AtomicInteger();

    /** Something is due in a second. */
    public DeadlineStress() {
        deadline.arm(Duration.ofSeconds(1), first::incrementAndGet);
    }

    /** The second passes. */
    @Actor
    public void passes() {
        clock.pass(1, TimeUnit.SECONDS);
    }

    /** The next is set. */
    @Actor
    public void isSet() {
        deadline.arm(Duration.ofSeconds(1), second::incrementAndGet);
    }

    /** What has happened when everything is due. */
    @Arbiter
    public void afterwards(II_Result result) {
        clock.pass(2, TimeUnit.SECONDS);
        result.r1 = first.get();
        result.r2 = second.get();
    }
}
