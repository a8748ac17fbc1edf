package org.reactivesessions.testkit.server;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One start of an embedded server: the programs unpacked, the data directory made if there is none, the server up.
 *
 * <p>The only place that knows the library the programs come from. Used by one thread.
 */
final class ServerStart {

    /** Names the system property that says how often a password is hashed by whoever logs in; without it the server decides. */
    static final String ITERATIONS = "reactive-sessions.scram-iterations";

    private static final int SALT_BYTES = 16;
    private static final Duration WAIT = Duration.ofSeconds(60);
    private static final long WATCH_MILLIS = 50;
    private static final String FAILURE = "could not start server";
    private static final int LOG_LINES = 20;

    private final ServerRoot root;
    private final Path directory;
    private final ServerSettings settings;
    private final ServerAddress address;
    private final Path log;

    ServerStart(ServerRoot root, Path directory, ServerSettings settings, ServerAddress address) {
        this.root = root;
        this.directory = directory;
        this.settings = settings;
        this.address = address;
        this.log = directory.resolve("server.log");
    }

    /**
     * Blocks until the server answers.
     *
     * @throws IllegalStateException if it does not start; the message ends with its log
     */
    void run() {
        Path data = ServerRoot.dataDirectory(directory);
        Path secret = directory.resolve("password");
        try {
            Files.deleteIfExists(log);
            // Locked by an earlier start in this JVM, whose lock would otherwise be met.
            Files.deleteIfExists(data.resolve("epg-lock"));
            Files.writeString(secret, passwordOrSecret());
            startWatched(builder(data, secret));
            Files.delete(secret);
        } catch (IOException | RuntimeException e) {
            throw new IllegalStateException(
                    "the embedded PostgreSQL did not start: " + e.getMessage() + ". Its log ends with:\n" + logTail(),
                    e);
        }
    }

    /** The server keeps a secret as it is, and makes one of a password. */
    private String passwordOrSecret() {
        String asked = System.getProperty(ITERATIONS);
        if (asked == null) {
            return address.password();
        }
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        return ScramSecret.of(address.password(), salt, iterations(asked));
    }

    static int iterations(String asked) {
        try {
            int iterations = Integer.parseInt(asked);
            if (iterations >= 1) {
                return iterations;
            }
        } catch (NumberFormatException noNumber) {
            // said below
        }
        throw new IllegalArgumentException(
                ITERATIONS + " must be a number >= 1, but was '" + asked + "'. Leave it out for the server's own");
    }

    private EmbeddedPostgres.Builder builder(Path data, Path secret) {
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setOverrideWorkingDirectory(root.binaries().toFile())
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .setPort(address.port())
                .setPGStartupWait(WAIT)
                .setLocaleConfig("locale", "C")
                // No locale settings, but this is the way options reach initdb; these win over its "-A trust".
                .setLocaleConfig("auth-host", "scram-sha-256")
                .setLocaleConfig("auth-local", "scram-sha-256")
                .setLocaleConfig("pwfile", secret.toString())
                .setConnectConfig("password", address.password())
                .setOutputRedirector(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .setErrorRedirector(ProcessBuilder.Redirect.appendTo(log.toFile()));
        settings.quoted().forEach(builder::setServerConfig);
        return builder;
    }

    /** The library goes on waiting for an answer when the server has given up, so its wait has a thread of its own. */
    private void startWatched(EmbeddedPostgres.Builder builder) throws IOException {
        FutureTask<EmbeddedPostgres> start = new FutureTask<>(builder::start);
        Thread starter = new Thread(start, "embedded-server-start");
        starter.setDaemon(true);
        starter.start();
        try {
            while (!isOver(start)) {
                if (Files.exists(log) && Files.readString(log).contains(FAILURE)) {
                    throw new IOException("it gave up");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the start was interrupted", e);
        } finally {
            starter.interrupt();
        }
    }

    private static boolean isOver(FutureTask<EmbeddedPostgres> start) throws IOException, InterruptedException {
        try {
            start.get(WATCH_MILLIS, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getCause()), e);
        }
    }

    private String logTail() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
        } catch (IOException e) {
            return "(no log: " + e.getMessage() + ")";
        }
    }
}
