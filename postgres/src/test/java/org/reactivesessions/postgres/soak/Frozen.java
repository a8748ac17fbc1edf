package org.reactivesessions.postgres.soak;

import java.io.IOException;
import java.io.UncheckedIOException;

/** A process that is stopped where it is (SIGSTOP) until this is closed (SIGCONT). Used by one thread. */
public final class Frozen implements AutoCloseable {

    private final long pid;

    private Frozen(long pid) {
        this.pid = pid;
    }

    /** Stops a process; one that has gone is no error. */
    public static Frozen process(long pid) {
        send("STOP", pid);
        return new Frozen(pid);
    }

    @Override
    public void close() {
        send("CONT", pid);
    }

    private static void send(String name, long pid) {
        try {
            new ProcessBuilder("sh", "-c", "kill -" + name + " " + pid)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException noSignals) {
            throw new UncheckedIOException(
                    "no process can be stopped here, because there is no 'sh' with a 'kill'", noSignals);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
