package org.reactivesessions.proof.nemesis;

import java.util.List;
import org.reactivesessions.testkit.proxy.FaultProxy;
import org.reactivesessions.testkit.server.EmbeddedServer;
import org.reactivesessions.testkit.server.TestDatabase;

/** What the nemesis may lay its hands on. */
public interface Scene {

    EmbeddedServer server();

    TestDatabase database();

    FaultProxy proxy();

    /** Kills a client and starts its successor; {@code false} if there is none that can be. */
    boolean killClient() throws InterruptedException;

    /** How many operations were begun. */
    long begun();

    /** Whether there are no more faults to be. */
    boolean isCalm();

    /** Hears of what is done. */
    void log(Event event);

    /** {@link System#nanoTime()} of the last success of anybody. */
    long lastSuccessNanos();

    /** The pids of the sessions that serve clients. */
    List<Integer> backends();
}
