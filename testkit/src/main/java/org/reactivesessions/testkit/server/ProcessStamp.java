package org.reactivesessions.testkit.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The identity of a process, which a recycled pid does not fake.
 *
 * <p>On Linux the start is counted in clock ticks since boot, so that setting the clock does not make a living process
 * look dead; elsewhere it is the start instant in milliseconds. Immutable and therefore thread-safe.
 *
 * @param pid process id
 * @param start when the process started, in a notation that is only ever compared
 * @param boot which start of the machine the process belongs to, empty where that is unknown
 * @param namespace the space its pid is valid in (a container has its own), empty where that is unknown
 */
record ProcessStamp(long pid, String start, String boot, String namespace) {

    private static final Path PROC = Path.of("/proc");
    private static final String UNKNOWN = "unknown";
    private static final int STATE = 0;
    private static final int START_TICKS = 19;

    static ProcessStamp current() {
        long pid = ProcessHandle.current().pid();
        return new ProcessStamp(pid, startOf(pid).orElse(UNKNOWN), currentBoot(), currentNamespace());
    }

    static ProcessStamp parse(List<String> lines) {
        if (lines.size() < 4) {
            throw new IllegalArgumentException("an owner file has 4 lines, but this one has " + lines.size());
        }
        return new ProcessStamp(Long.parseLong(lines.get(0)), lines.get(1), lines.get(2), lines.get(3));
    }

    List<String> lines() {
        return List.of(Long.toString(pid), start, boot, namespace);
    }

    /** False only if the process is known to be gone; a process of another container cannot be known. */
    boolean mayBeAlive() {
        if (!boot.equals(currentBoot())) {
            return false;
        }
        if (!namespace.equals(currentNamespace())) {
            return true;
        }
        return startOf(pid).filter(start::equals).isPresent();
    }

    /** Whether the process runs; one that has ended and only waits to be collected by its parent does not. */
    static boolean isRunning(ProcessHandle process) {
        return process.isAlive() && startOf(process.pid()).isPresent();
    }

    /** Whether the process is stopped by a signal, or gone; where that cannot be seen, it is taken to be. */
    static boolean hasStopped(ProcessHandle process) {
        return read(PROC.resolve(process.pid() + "/stat"))
                .map(ProcessStamp::fields)
                .map(fields -> "TtZX".contains(fields[STATE]))
                .orElse(true);
    }

    private static Optional<String> startOf(long pid) {
        if (!Files.exists(PROC.resolve("self/stat"))) {
            return ProcessHandle.of(pid)
                    .filter(ProcessHandle::isAlive)
                    .map(process -> process.info()
                            .startInstant()
                            .map(Instant::toEpochMilli)
                            .map(String::valueOf)
                            .orElse(UNKNOWN));
        }
        return read(PROC.resolve(pid + "/stat")).flatMap(ProcessStamp::startOf);
    }

    private static Optional<String> startOf(String stat) {
        String[] fields = fields(stat);
        boolean ended = fields[STATE].equals("Z") || fields[STATE].equals("X");
        return ended || fields.length <= START_TICKS ? Optional.empty() : Optional.of(fields[START_TICKS]);
    }

    /** The fields of {@code /proc/<pid>/stat} after the second, which is a name that may hold anything. */
    private static String[] fields(String stat) {
        return stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
    }

    private static String currentBoot() {
        return read(PROC.resolve("sys/kernel/random/boot_id"))
                .map(String::strip)
                .orElse("");
    }

    private static String currentNamespace() {
        try {
            return Files.readSymbolicLink(PROC.resolve("self/ns/pid")).toString();
        } catch (IOException | UnsupportedOperationException e) {
            return "";
        }
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
