package org.reactivesessions.testkit.pgbouncer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A PgBouncer of this program's own in front of one database: transaction mode, loopback only, SCRAM, on a free port. The
 * program {@code pgbouncer} has to be on the path.
 *
 * <p><b>Ownership:</b> whoever starts it closes it; it also ends with the JVM. Not thread-safe.
 *
 * @since 0.1.0
 */
public final class PgBouncerProcess implements AutoCloseable {

    private static final String HOST = "127.0.0.1";
    private static final byte[] LOOPBACK = {127, 0, 0, 1};
    private static final String UNPRIVILEGED = "nobody";
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final int POLL_MILLIS = 20;

    private final Path directory;
    private final int port = freePort();
    private final Thread hook = new Thread(this::stop, "pgbouncer-end");
    private volatile @Nullable Process process;

    private PgBouncerProcess(Path directory) {
        this.directory = directory;
    }

    /**
     * Starts one.
     *
     * @param options where the database is, and how many connections there may be
     * @return a process that accepts connections, to be closed by the caller
     * @throws IOException if the program is not installed, or its files cannot be written
     * @throws InterruptedException if the thread is interrupted while it waits
     * @throws IllegalStateException if it does not accept connections; the message is its log
     */
    public static PgBouncerProcess start(PgBouncerOptions options) throws IOException, InterruptedException {
        PgBouncerProcess bouncer = new PgBouncerProcess(Files.createTempDirectory("pgbouncer"));
        Path users = bouncer.directory.resolve("userlist.txt");
        bouncer.write(users, options.users());
        bouncer.write(bouncer.settings(), options.settings(HOST, bouncer.port, users));
        bouncer.own(bouncer.directory);
        Runtime.getRuntime().addShutdownHook(bouncer.hook);
        bouncer.start();
        return bouncer;
    }

    /**
     * The version that is installed.
     *
     * @return the first line of what the program says about itself, or nothing if it cannot be started
     */
    public static Optional<String> version() {
        try {
            Process asked = new ProcessBuilder("pgbouncer", "--version").start();
            return new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .findFirst();
        } catch (IOException notInstalled) {
            return Optional.empty();
        }
    }

    /**
     * Address clients connect to.
     *
     * @return {@code 127.0.0.1}
     */
    public String host() {
        return HOST;
    }

    /**
     * TCP port clients connect to.
     *
     * @return the port of this process, the same after {@link #restart}
     */
    public int port() {
        return port;
    }

    /**
     * Ends the process, and with it every connection, and starts it again.
     *
     * @throws IOException if it cannot be started
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    public void restart() throws IOException, InterruptedException {
        stop();
        start();
    }

    /**
     * Ends the process and deletes its files.
     *
     * @throws IOException if a file cannot be deleted
     */
    @Override
    public void close() throws IOException {
        stop();
        Runtime.getRuntime().removeShutdownHook(hook);
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }

    private Path settings() {
        return directory.resolve("pgbouncer.ini");
    }

    private void write(Path file, String text) throws IOException {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, text);
        own(file);
    }

    /** PgBouncer refuses to be root, and becomes somebody who has to be able to read what is his. */
    private void own(Path file) throws IOException {
        if (isRoot()) {
            Files.setOwner(
                    file, file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(UNPRIVILEGED));
        }
    }

    private void start() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("pgbouncer"));
        if (isRoot()) {
            command.addAll(List.of("-u", UNPRIVILEGED));
        }
        command.add(settings().toString());
        Path log = directory.resolve("log");
        Process started = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        process = started;
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!answers()) {
            if (!started.isAlive() || System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("PgBouncer did not start: " + Files.readString(log));
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    private void stop() {
        Process running = process;
        if (running == null) {
            return;
        }
        running.destroy();
        try {
            if (!running.waitFor(PATIENCE_NANOS, TimeUnit.NANOSECONDS)) {
                running.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            running.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port), 1_000);
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByAddress(LOOPBACK))) {
            return socket.getLocalPort();
        } catch (IOException none) {
            throw new UncheckedIOException(none);
        }
    }
}
