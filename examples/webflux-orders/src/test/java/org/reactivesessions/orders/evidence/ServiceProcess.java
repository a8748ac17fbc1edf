package org.reactivesessions.orders.evidence;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A service as a process of its own, which ends with this one. What it prints beside its answers goes to this process's error output.
 * Thread-safe; closed by whoever started it.
 */
final class ServiceProcess implements AutoCloseable {

    /** What begins the lines of its output that are answers. */
    static final String ANSWER = "> ";

    /** Asks what its sessions counted since they were asked before. */
    static final String STATISTICS = "statistics";

    /** Asks what its pool is doing. */
    static final String POOL = "pool";

    private static final long PATIENCE_SECONDS = 30;

    private final Process process;
    private final BufferedReader out;
    private final Writer in;
    private final int port;

    private ServiceProcess(Process process) {
        this.process = process;
        this.out = process.inputReader(StandardCharsets.UTF_8);
        this.in = process.outputWriter(StandardCharsets.US_ASCII);
        this.port = Integer.parseInt(answer());
    }

    /**
     * Starts one on the JDK of this process, and waits until it listens.
     *
     * @param classPath of it
     * @param program that answers, as {@link Served} does
     * @param settings as on its command line
     */
    static ServiceProcess start(String classPath, String program, List<String> settings) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms1g",
                "-Xmx1g",
                "--enable-native-access=ALL-UNNAMED",
                "-classpath",
                classPath,
                program));
        command.addAll(settings);
        return new ServiceProcess(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** Where it listens on the loopback address. */
    int port() {
        return port;
    }

    /** What it has used of the processors since it was started. */
    Duration processorTime() {
        return process.info()
                .totalCpuDuration()
                .orElseThrow(() -> new IllegalStateException(
                        "this system does not tell the processor time of process " + process.pid()));
    }

    /** Its answer, on one line. */
    synchronized String ask(String question) {
        try {
            in.write(question + "\n");
            in.flush();
        } catch (IOException gone) {
            throw new UncheckedIOException("the service has ended", gone);
        }
        return answer();
    }

    private String answer() {
        try {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.startsWith(ANSWER)) {
                    return line.substring(ANSWER.length());
                }
                System.err.println(line);
            }
        } catch (IOException gone) {
            throw new UncheckedIOException("the service does not answer", gone);
        }
        throw new IllegalStateException("the service has ended; what it printed is above");
    }

    @Override
    public void close() throws IOException {
        in.close();
        try {
            if (process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}
