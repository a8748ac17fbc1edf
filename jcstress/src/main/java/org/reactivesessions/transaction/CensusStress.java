package org.reactivesessions.transaction;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** The last one goes while somebody begins to wait for that. */
@JCStressTest
@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "he was told once")
@Outcome(expect = Expect.FORBIDDEN, desc = "he waits for ever, or was told twice")
@State
public class CensusStress {

    private final Census census = new Census();
    private final AtomicInteger told = new AtomicInteger();

    /** One is under way. */
    public CensusStress() {
        census.enter();
    }

    /** He goes. */
    @Actor
    public void goes() {
        census.exit();
    }

    /** Somebody waits. */
    @Actor
    public void waits() {
        census.none().subscribe(nothing -> {}, error -> {}, told::incrementAndGet);
    }

    /** How often he was told. */
    @Arbiter
    public void afterwards(I_Result result) {
        result.r1 = told.get();
    }
}
