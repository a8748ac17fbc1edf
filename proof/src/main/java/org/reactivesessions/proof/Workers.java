package org.reactivesessions.proof;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.reactivesessions.proof.contestant.Target;
import org.reactivesessions.proof.journal.Journal;

/** The process of a {@link Worker}, and its successors. Used by one thread at a time. */
final class Workers implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 180;

    private final Target target;
    private final Path directory;
    private final long seed;
    private int life;
    private Process process;

    /** Starts the first. */
    Workers(Target target, Path directory, long seed) throws IOException {
        this.target = target;
        this.directory = directory;
        this.seed = seed;
        this.process = start();
    }

    private Process start() throws IOException {
        life++;
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dlogback.configurationFile=proof-logback.xml",
                "-classpath",
                System.getProperty("java.class.path"),
                Worker.class.getName(),
                target.host(),
                "" + target.port(),
                target.database(),
                target.username(),
                directory.toString(),
                "" + seed,
                "" + life);
        builder.environment().put(Worker.PASSWORD, target.password());
        return builder.redirectErrorStream(true)
                .redirectOutput(directory.resolve("worker-" + life + ".log").toFile())
                .start();
    }

    /** Kills it (SIGKILL) and starts the next one; {@code false} if it was not working yet. */
    boolean kill() throws InterruptedException, IOException {
        if (!isWorking()) {
            return false;
        }
        process.destroyForcibly();
        process.waitFor();
        process = start();
        return true;
    }

    /** Whether a client of it has written to its journal. */
    private boolean isWorking() {
        Path journal =
                directory.resolve(String.format(Locale.ROOT, "worker-%03d-%d", life, Worker.FIRST) + Journal.SUFFIX);
        return process.isAlive() && journal.toFile().length() > 0;
    }

    /** Lets the last one end by itself; {@code true} if that was a good end. */
    boolean stop() throws IOException, InterruptedException {
        process.getOutputStream().close();
        return process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
