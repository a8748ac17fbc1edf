package org.reactivesessions.testkit.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of one embedded server's processes: launched, frozen, stopped, restarted, closed, and closed by the JVM's end.
 *
 * <p>Thread-safe: every transition holds the monitor, so that the end of the JVM waits for a start under way.
 */
final class ServerProcess {

    static final String HOST = "127.0.0.1";

    private static final byte[] LOOPBACK = {127, 0, 0, 1};
    private static final Logger LOG = LoggerFactory.getLogger(ServerProcess.class);
    private static final String SUPERUSER = "postgres";
    /** Below the ports systems give to outgoing connections, so that a stopped server finds its port free again. */
    private static final int FIRST_PORT = 15_000;

    private static final int LAST_PORT = 32_000;

    private final Path directory;
    private final Postmaster postmaster;
    private final ServerSettings settings;
    private final ServerAddress address;
    private final Thread hook;
    private boolean closed;

    private ServerProcess(Path directory, ServerSettings settings, String password) {
        this.directory = directory;
        this.settings = settings;
        this.postmaster = new Postmaster(ServerRoot.dataDirectory(directory));
        this.address = new ServerAddress(HOST, freePort(), SUPERUSER, password, "postgres");
        this.hook = new Thread(this::close, "embedded-server-end");
    }

    static ServerProcess launch(Map<String, String> settings) {
        return launch(new ServerSettings(settings), randomPassword(), ServerProcess::bringNothing);
    }

    /** Another server with the same settings and roles on a port of its own, whose data is brought along. */
    ServerProcess launchAnother(Consumer<Path> data) {
        return launch(settings, address.password(), data);
    }

    private static ServerProcess launch(ServerSettings settings, String password, Consumer<Path> data) {
        ServerRoot root = ServerRoot.ofCurrentUser();
        ServerProcess process = new ServerProcess(root.claim(), settings, password);
        Runtime.getRuntime().addShutdownHook(process.hook);
        try {
            process.start(root, data);
        } catch (RuntimeException e) {
            process.close();
            throw e;
        }
        return process;
    }

    ServerAddress address() {
        return address;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    synchronized boolean isRunning() {
        return postmaster.process().isPresent();
    }

    synchronized long pid() {
        return requireRunning().pid();
    }

    synchronized void stop() {
        requireOpen();
        postmaster.stop();
    }

    synchronized void restart() {
        restart(ServerProcess::bringNothing);
    }

    /** The data is changed while the server is stopped. */
    synchronized void restart(Consumer<Path> data) {
        stop();
        start(ServerRoot.ofCurrentUser(), data);
    }

    synchronized void crash() {
        requireRunning();
        postmaster.crash();
    }

    synchronized void killBackend(long pid) {
        requireRunning();
        postmaster.killBackend(pid);
    }

    synchronized void freeze() {
        requireRunning();
        postmaster.freeze();
    }

    synchronized void freezeBackends() {
        requireRunning();
        postmaster.freezeBackends();
    }

    synchronized void thaw() {
        postmaster.thaw();
    }

    synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        postmaster.kill();
        ServerRoot.deleteOrWarn(directory);
        if (Thread.currentThread() != hook) {
            removeHook();
        }
    }

    private synchronized void start(ServerRoot root, Consumer<Path> data) {
        requireOpen();
        data.accept(directory);
        new ServerStart(root, directory, settings, address).run();
        if (postmaster.process().isEmpty()) {
            throw new IllegalStateException(
                    "the embedded PostgreSQL did not start, because another server answers on port " + address.port()
                            + ". Try again");
        }
    }

    /** The data is there, or is made by the start. */
    private static void bringNothing(Path directory) {}

    private void removeHook() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            LOG.trace("the JVM is ending; the hook finds the server closed", e);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the embedded server is closed. Start another one");
        }
    }

    private ProcessHandle requireRunning() {
        return postmaster
                .process()
                .orElseThrow(() -> new IllegalStateException("the embedded server is not running. Restart it"));
    }

    private static String randomPassword() {
        byte[] bytes = new byte[18];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static int freePort() {
        for (int attempt = 0; attempt < 100; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
            Optional<Integer> free = bind(port);
            if (free.isPresent()) {
                return free.get();
            }
        }
        return bind(0).orElseThrow(() -> new UncheckedIOException(new IOException("no free port on " + HOST)));
    }

    private static Optional<Integer> bind(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByAddress(LOOPBACK))) {
            return Optional.of(socket.getLocalPort());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
