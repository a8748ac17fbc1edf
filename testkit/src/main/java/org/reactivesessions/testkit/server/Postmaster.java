package org.reactivesessions.testkit.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server processes of one data directory: how they are recognised, frozen and ended.
 *
 * <p>A pid in a file proves nothing, so a process counts only if it really is a {@code postgres} started on this
 * directory. Thread-safe: it keeps no state but the directory.
 */
final class Postmaster {

    private static final Logger LOG = LoggerFactory.getLogger(Postmaster.class);
    /** Such as {@code postgres: alice orders 127.0.0.1(40312) idle}, perhaps with a cluster's name in front. */
    private static final Pattern CLIENT = Pattern.compile(
            "postgres: (?!(?:.*: )?walsender ).* " + Pattern.quote(ServerProcess.HOST) + "\\([0-9]+\\)");

    private final Path dataDirectory;

    Postmaster(Path dataDirectory) {
        this.dataDirectory = dataDirectory;
    }

    /** The main server process, if it runs. */
    Optional<ProcessHandle> process() {
        try (Stream<String> lines = Files.lines(pidFile())) {
            return lines.findFirst()
                    .flatMap(line -> ProcessHandle.of(Long.parseLong(line.strip())))
                    .filter(ProcessStamp::isRunning)
                    .filter(this::isPostgresHere);
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Ends the server in order: sessions are told and ended, data is saved. What does not end in time is killed. */
    void stop() {
        process().ifPresent(main -> {
            ProcessSignals.end("INT", main);
            thaw();
            ProcessSignals.awaitEnd(main);
        });
        kill();
    }

    /** Ends every server process of this directory, at once and whatever state it is in; data is not saved. */
    void kill() {
        List<ProcessHandle> family = new ArrayList<>();
        process().ifPresent(main -> {
            family.addAll(family(main));
            // An immediate shutdown, unlike SIGKILL, also gives back the shared memory.
            ProcessSignals.end("QUIT", main);
            thaw();
            ProcessSignals.awaitEnd(main);
        });
        family.addAll(strays());
        end(family);
        forget();
    }

    /**
     * Ends every server process by SIGKILL, the main one first so that it starts no other. Nobody is told, nothing is saved.
     * They are stopped before: one that is killed last could see the main one go, end in good order and let go of its locks,
     * and another one go on to commit.
     */
    void crash() {
        process().ifPresent(main -> {
            freeze();
            List<ProcessHandle> family = new ArrayList<>(family(main));
            main.destroyForcibly();
            family.addAll(strays());
            end(family);
        });
    }

    /**
     * Ends a process that serves a client by SIGKILL, whereupon the main one ends all others and recovers.
     *
     * @throws IllegalArgumentException if that process is none of those that serve a client
     */
    void killBackend(long pid) {
        ProcessHandle backend = process().stream()
                .flatMap(ProcessHandle::descendants)
                .filter(process -> process.pid() == pid && servesClient(process))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "pid must be that of a process of this server that serves a client, but was " + pid));
        end(List.of(backend));
    }

    private static void end(List<ProcessHandle> processes) {
        for (ProcessHandle process : processes) {
            process.destroyForcibly();
        }
        for (ProcessHandle process : processes) {
            ProcessSignals.awaitEnd(process);
        }
    }

    /** Stops every server process; the main one first, so that it starts no other. */
    void freeze() {
        process().ifPresent(main -> {
            ProcessSignals.freeze(List.of(main));
            ProcessSignals.freeze(main.descendants().toList());
        });
    }

    /** Stops the processes that serve a client at this moment, replication not counted. */
    void freezeBackends() {
        process()
                .ifPresent(main -> ProcessSignals.freeze(
                        main.descendants().filter(Postmaster::servesClient).toList()));
    }

    /** Lets every server process go on that was stopped. */
    void thaw() {
        process().ifPresent(main -> ProcessSignals.thaw(family(main)));
    }

    private static List<ProcessHandle> family(ProcessHandle main) {
        return Stream.concat(Stream.of(main), main.descendants()).toList();
    }

    /** Asks the title the server gives its processes, and not the server, which may be frozen already. */
    private static boolean servesClient(ProcessHandle process) {
        return CLIENT.matcher(String.join(" ", command(process))).lookingAt();
    }

    /** A pid whose process has ended but was not collected yet would keep the next start from this directory. */
    private void forget() {
        try {
            Files.deleteIfExists(pidFile());
        } catch (IOException e) {
            LOG.warn("cannot delete {}: {}", pidFile(), e.toString());
        }
    }

    private Path pidFile() {
        return dataDirectory.resolve("postmaster.pid");
    }

    /** Processes working in this directory, such as sessions that outlived a killed postmaster (Linux only). */
    private List<ProcessHandle> strays() {
        return ProcessHandle.allProcesses()
                .filter(process -> dataDirectory.equals(workingDirectory(process)))
                .filter(ProcessStamp::isRunning)
                .toList();
    }

    private static @Nullable Path workingDirectory(ProcessHandle process) {
        try {
            return Files.readSymbolicLink(Path.of("/proc", Long.toString(process.pid()), "cwd"));
        } catch (IOException | UnsupportedOperationException e) {
            return null;
        }
    }

    private boolean isPostgresHere(ProcessHandle process) {
        List<String> command = command(process);
        return !command.isEmpty()
                && String.valueOf(Path.of(command.get(0)).getFileName()).startsWith("postgres")
                && command.contains(dataDirectory.toString());
    }

    private static List<String> command(ProcessHandle process) {
        Path file = Path.of("/proc", Long.toString(process.pid()), "cmdline");
        try {
            return List.of(Files.readString(file, StandardCharsets.UTF_8).split("\0", -1));
        } catch (IOException e) {
            List<String> command = new ArrayList<>();
            process.info().command().ifPresent(command::add);
            process.info().arguments().ifPresent(arguments -> command.addAll(List.of(arguments)));
            return command;
        }
    }
}
