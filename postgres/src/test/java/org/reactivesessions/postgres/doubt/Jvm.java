package org.reactivesessions.postgres.doubt;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.reactivesessions.testkit.proxy.FaultProxy;
import org.reactivesessions.testkit.server.TestDatabase;

/** A process with an {@link OnceWorker}, from its start to its end. Used by one thread. */
final class Jvm {

    private static final long PATIENCE_SECONDS = 180;

    private final String name;
    private final Process process;
    private final Path answers;
    private final Path output;

    private Jvm(String name, Process process, Path answers, Path output) {
        this.name = name;
        this.process = process;
        this.answers = answers;
        this.output = output;
    }

    static Jvm start(
            String name,
            Applying way,
            int operations,
            long seed,
            TestDatabase database,
            FaultProxy proxy,
            Path directory)
            throws IOException {
        Path answers = Files.createFile(directory.resolve(name + ".answers"));
        Path output = directory.resolve(name + ".output");
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-Dlogback.configurationFile=doubt-logback.xml",
                "-classpath",
                System.getProperty("java.class.path"),
                OnceWorker.class.getName(),
                name,
                way.name(),
                "" + operations,
                "" + seed,
                answers.toString(),
                go(directory).toString());
        builder.environment().put(OnceWorker.URL, database.r2dbcUrl(proxy.host(), proxy.port()));
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        return new Jvm(name, process, answers, output);
    }

    String name() {
        return name;
    }

    /** What it has answered until now. */
    Answers answers() throws IOException {
        return Answers.in(answers);
    }

    /** Lets all begin that wait for it, and those that are started later. */
    static void begin(Path directory) throws IOException {
        Path go = go(directory);
        if (Files.notExists(go)) {
            Files.createFile(go);
        }
    }

    private static Path go(Path directory) {
        return directory.resolve("go");
    }

    /** Blocks until it could begin, or has ended. */
    void awaitReady() throws IOException, InterruptedException {
        await(answers -> answers.event("ready") > 0);
    }

    /** Blocks until it has applied so many operations, or has ended. */
    void awaitApplied(int number) throws IOException, InterruptedException {
        await(answers -> answers.applied().size() >= number);
    }

    private void await(Predicate<Answers> wanted) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (process.isAlive() && !wanted.test(answers())) {
            if (System.nanoTime() - deadline > 0) {
                throw stuck();
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    /** Kills it (SIGKILL), {@code false} if it had ended by itself. */
    boolean kill() throws InterruptedException {
        boolean alive = process.isAlive();
        process.destroyForcibly();
        process.waitFor();
        return alive;
    }

    /** Blocks until it has ended by itself; {@code true} if it was a good end. */
    boolean awaitEnd() throws IOException, InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw stuck();
        }
        return process.exitValue() == 0;
    }

    /** What it has printed, which should be nothing. */
    List<String> output() throws IOException {
        return Files.readAllLines(output);
    }

    private IllegalStateException stuck() throws IOException {
        return new IllegalStateException(name + " came to a standstill: " + answers() + " " + output());
    }
}
