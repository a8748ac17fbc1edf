package org.reactivesessions.postgres.pgbouncer;

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
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.testkit.server.TestDatabase;

/**
 * A PgBouncer of this program's own in front of one database: transaction mode, loopback only, SCRAM, on a free port. It is
 * ended by {@link #close}, or with the JVM. Not thread-safe.
 */
final class PgBouncerProcess implements AutoCloseable {

    static final int SERVER_CONNECTIONS = 4;

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
     * @param ignored the value of {@code ignore_startup_parameters}, empty as after installation
     */
    static PgBouncerProcess before(TestDatabase database, String ignored) throws IOException, InterruptedException {
        PgBouncerProcess bouncer = new PgBouncerProcess(Files.createTempDirectory("pgbouncer"));
        bouncer.write("userlist.txt", "\"" + database.username() + "\" \"" + database.password() + "\"\n");
        bouncer.write("pgbouncer.ini", bouncer.configuration(database, ignored));
        bouncer.own(bouncer.directory);
        Runtime.getRuntime().addShutdownHook(bouncer.hook);
        bouncer.start();
        return bouncer;
    }

    /** The first line of what the program says about itself. */
    static String version() throws IOException {
        Process asked = new ProcessBuilder("pgbouncer", "--version").start();
        return new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .findFirst()
                .orElse("PgBouncer");
    }

    String host() {
        return HOST;
    }

    int port() {
        return port;
    }

    void restart() throws IOException, InterruptedException {
        stop();
        start();
    }

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

    private String configuration(TestDatabase database, String ignored) {
        return String.join(
                "\n",
                "[databases]",
                database.database() + " = host=" + database.host() + " port=" + database.port(),
                "[pgbouncer]",
                "listen_addr = " + HOST,
                "listen_port = " + port,
                "unix_socket_dir =",
                "auth_type = scram-sha-256",
                "auth_file = " + directory.resolve("userlist.txt"),
                "pool_mode = transaction",
                "default_pool_size = " + SERVER_CONNECTIONS,
                "max_client_conn = 100",
                "ignore_startup_parameters = " + ignored,
                "");
    }

    private void write(String name, String text) throws IOException {
        Path file = Files.createFile(
                directory.resolve(name),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
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
        command.add(directory.resolve("pgbouncer.ini").toString());
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
