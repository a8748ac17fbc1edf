package org.reactivesessions.testkit.server;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one directory below which every embedded server of a user lives, and the reaper of servers whose JVM is gone.
 *
 * <p>Each server has a directory with a file that names its owner. {@link #claim()} first ends and deletes what belongs
 * to owners that no longer run, then makes a new directory, both under a lock that other JVMs respect. Thread-safe.
 */
final class ServerRoot {

    private static final Logger LOG = LoggerFactory.getLogger(ServerRoot.class);
    private static final String OWNER = "owner";
    private static final String DATA = "data";
    private static final String TABLESPACES = "tablespaces";
    /** Names the directory for the servers' files, where that is not the one for temporary files. */
    static final String VARIABLE = "RS_TEST_DIRECTORY";

    private static final String REMEDY =
            ". Delete it, or set " + VARIABLE + " or java.io.tmpdir to a directory of your own";
    private static final int DELETE_ATTEMPTS = 3;
    private static final Object IN_THIS_JVM = new Object();

    private final Path root;

    ServerRoot(Path root) {
        this.root = root;
    }

    /** The root of the current user, in the directory that the environment names or in that for temporary files. */
    static ServerRoot ofCurrentUser() {
        return ofCurrentUser(System.getenv());
    }

    static ServerRoot ofCurrentUser(Map<String, String> environment) {
        String named = environment.getOrDefault(VARIABLE, "").strip();
        Path directory = Path.of(named.isEmpty() ? System.getProperty("java.io.tmpdir") : named);
        if (!named.isEmpty() && !Files.isDirectory(directory)) {
            throw new IllegalArgumentException(VARIABLE + " must be a directory that exists, but was " + named
                    + "; make it, or remove the variable to use " + System.getProperty("java.io.tmpdir"));
        }
        String user = System.getProperty("user.name", "unknown").replaceAll("[^A-Za-z0-9_-]", "_");
        return new ServerRoot(directory.resolve("reactive-sessions-" + user));
    }

    Path path() {
        return root;
    }

    /** Cache of the unpacked server programs, which outlives the servers. */
    Path binaries() {
        return root.resolve("binaries");
    }

    static Path dataDirectory(Path serverDirectory) {
        return serverDirectory.resolve(DATA);
    }

    /** Where a standby has what lies outside the data directory of its primary. */
    static Path tablespaces(Path serverDirectory) {
        return serverDirectory.resolve(TABLESPACES);
    }

    /** Reaps what dead owners left, then makes a directory owned by this JVM. */
    Path claim() {
        synchronized (IN_THIS_JVM) {
            try {
                prepareRoot();
                try (FileChannel channel = FileChannel.open(lockFile(), CREATE, WRITE)) {
                    channel.lock(); // until the channel is closed
                    checkOwner();
                    reap();
                    Path directory = Files.createDirectories(
                            servers().resolve(UUID.randomUUID().toString()));
                    Files.write(directory.resolve(OWNER), ProcessStamp.current().lines());
                    return directory.toRealPath();
                }
            } catch (IOException e) {
                throw new UncheckedIOException("cannot use " + root + " for embedded servers: " + e.getMessage(), e);
            }
        }
    }

    /** Deletes a server's directory; its processes have to be gone. */
    private static void delete(Path directory) throws IOException {
        for (int attempt = 1; Files.exists(directory, LinkOption.NOFOLLOW_LINKS); attempt++) {
            try {
                deleteOnce(directory);
            } catch (IOException | UncheckedIOException e) {
                // A process on its way out may still add or remove a file.
                if (attempt == DELETE_ATTEMPTS) {
                    throw new IOException("cannot delete " + directory + ": " + e, e);
                }
            }
        }
    }

    /** Deletes a server's directory if that is possible; the next start tries again. */
    static void deleteOrWarn(Path directory) {
        try {
            delete(directory);
        } catch (IOException e) {
            LOG.warn("an embedded server left files behind: {}", e.getMessage());
        }
    }

    /**
     * Deletes the data of a stopped server, so that it can get other data.
     *
     * @throws UncheckedIOException if it cannot be deleted
     */
    static void deleteData(Path directory) {
        try {
            delete(dataDirectory(directory));
            delete(tablespaces(directory));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void deleteOnce(Path directory) throws IOException {
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    /** Parent of the servers' directories. */
    Path servers() {
        return root.resolve("servers");
    }

    private Path lockFile() {
        return root.resolve("lock");
    }

    private void prepareRoot() throws IOException {
        if (Files.isSymbolicLink(root)) {
            throw new IOException("it is a symbolic link" + REMEDY);
        }
        Files.createDirectories(root);
    }

    /** A directory somebody else put here beforehand could swap the server programs. */
    private void checkOwner() throws IOException {
        if (!Files.getOwner(root).equals(Files.getOwner(lockFile()))) {
            throw new IOException("it belongs to " + Files.getOwner(root) + REMEDY);
        }
        if (Files.getFileAttributeView(root, PosixFileAttributeView.class) != null) {
            Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx------"));
        }
    }

    private void reap() throws IOException {
        Files.createDirectories(servers());
        List<Path> directories;
        try (Stream<Path> children = Files.list(servers())) {
            directories = children.filter(Files::isDirectory).toList();
        }
        for (Path directory : directories) {
            if (!mayHaveOwner(directory)) {
                reap(directory);
            }
        }
    }

    /** Ends and deletes what is in a server's directory, unless its JVM, which takes no lock for that, has just done so. */
    static void reap(Path directory) throws IOException {
        Path data;
        try {
            data = dataDirectory(directory.toRealPath());
        } catch (NoSuchFileException deletedByItsOwner) {
            return;
        }
        LOG.info("reaping the embedded server in {}, whose JVM has gone", directory);
        new Postmaster(data).kill();
        deleteOrWarn(directory);
    }

    /** A directory without a readable owner file is one whose JVM died while making it: the lock is ours. */
    private static boolean mayHaveOwner(Path directory) {
        try {
            return ProcessStamp.parse(Files.readAllLines(directory.resolve(OWNER)))
                    .mayBeAlive();
        } catch (IOException | IllegalArgumentException e) {
            return false;
        }
    }
}
