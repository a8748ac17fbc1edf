package org.reactivesessions.testkit.server;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The signals that end, freeze and thaw processes, and the wait until one has ended or stopped.
 *
 * <p>Stateless and therefore thread-safe.
 */
final class ProcessSignals {

    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final long POLL_MILLIS = 10;

    private ProcessSignals() {}

    /** Asks a process to end, by a signal if there are any on this system. */
    static void end(String name, ProcessHandle process) {
        try {
            send(name, Long.toString(process.pid()));
        } catch (IOException e) {
            process.destroy();
        }
    }

    /**
     * Stops processes where they are. On Linux they have stopped when this returns; elsewhere that cannot be seen.
     *
     * @throws IllegalStateException if there are no signals on this system, or a process does not stop within 5 s
     */
    static void freeze(Collection<ProcessHandle> processes) {
        try {
            send("STOP", pids(processes));
        } catch (IOException e) {
            throw new IllegalStateException(
                    "processes cannot be frozen here, because there is no 'sh' with a 'kill': " + e.getMessage(), e);
        }
        for (ProcessHandle process : processes) {
            if (!await(process, ProcessStamp::hasStopped)) {
                throw new IllegalStateException(
                        "the process " + process.pid() + " did not stop within " + GRACE.toSeconds() + " s of SIGSTOP");
            }
        }
    }

    /** Lets stopped processes go on; does nothing to others. */
    static void thaw(Collection<ProcessHandle> processes) {
        try {
            send("CONT", pids(processes));
        } catch (IOException e) {
            // Where no signal can be sent, nothing has been frozen.
            return;
        }
    }

    /** Waits until a process has ended, 5 s at most. */
    static void awaitEnd(ProcessHandle process) {
        await(process, waited -> !ProcessStamp.isRunning(waited));
    }

    /** Waits by asking: of a process that is nobody's child only its state can be seen. */
    private static boolean await(ProcessHandle process, Predicate<ProcessHandle> wanted) {
        long deadline = System.nanoTime() + GRACE.toNanos();
        try {
            while (!wanted.test(process)) {
                if (System.nanoTime() - deadline > 0) {
                    return false;
                }
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static String pids(Collection<ProcessHandle> processes) {
        return processes.stream().map(process -> Long.toString(process.pid())).collect(Collectors.joining(" "));
    }

    /** A process that has gone meanwhile keeps none of the others from its signal. */
    private static void send(String name, String pids) throws IOException {
        if (pids.isEmpty()) {
            return;
        }
        try {
            new ProcessBuilder("sh", "-c", "kill -" + name + " " + pids)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
