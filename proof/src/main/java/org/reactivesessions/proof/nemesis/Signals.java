package org.reactivesessions.proof.nemesis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Stops a process where it is (SIGSTOP), and lets it go on (SIGCONT). Stateless. */
final class Signals {

    private Signals() {}

    /** Blocks until it was stopped for so long; one that has gone is no error. */
    static void stopped(long pid, Duration time) throws InterruptedException {
        send("STOP", pid);
        try {
            TimeUnit.NANOSECONDS.sleep(time.toNanos());
        } finally {
            send("CONT", pid);
        }
    }

    private static void send(String name, long pid) throws InterruptedException {
        try {
            new ProcessBuilder("sh", "-c", "kill -" + name + " " + pid)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException noSignals) {
            throw new UncheckedIOException(
                    "no process can be stopped here, because there is no 'sh' with a 'kill'", noSignals);
        }
    }
}
