package org.reactivesessions.proof.journal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The journals of all clients, read. Used by one thread. */
public final class Journals {

    private final Map<UUID, Entry> entries = new LinkedHashMap<>();
    private final List<String> alarms = new ArrayList<>();

    private Journals() {}

    /** Reads all journals of a directory; a last line that was not finished counts as not written. */
    public static Journals in(Path directory) throws IOException {
        Journals journals = new Journals();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(each -> each.toString().endsWith(Journal.SUFFIX))
                    .sorted()
                    .toList()) {
                journals.read(file);
            }
        }
        return journals;
    }

    private void read(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.UTF_8);
        int end = text.lastIndexOf('\n');
        if (end < 0) {
            return;
        }
        text.substring(0, end).lines().map(line -> line.split("\t", -1)).forEach(this::take);
    }

    private void take(String[] fields) {
        UUID id = UUID.fromString(fields[1]);
        switch (fields[0]) {
            case "I" ->
                entries.put(
                        id,
                        new Entry(
                                id,
                                fields[2],
                                Integer.parseInt(fields[3]),
                                Integer.parseInt(fields[4]),
                                fields[5],
                                Boolean.parseBoolean(fields[6])));
            case "V" ->
                known(id)
                        .tell(
                                Told.valueOf(fields[2]),
                                Integer.parseInt(fields[3]),
                                Long.parseLong(fields[4]),
                                Boolean.parseBoolean(fields[5]),
                                fields[6],
                                fields[7]);
            case "L" ->
                known(id)
                        .hear(
                                Told.valueOf(fields[2]),
                                Integer.parseInt(fields[3]),
                                Long.parseLong(fields[4]),
                                Boolean.parseBoolean(fields[5]));
            case "R" -> known(id).resolve(Told.valueOf(fields[2]));
            case "A" -> alarms.add(fields[2] + " (" + known(id) + ")");
            default -> throw new IllegalArgumentException("no line of a journal: " + String.join(" ", fields));
        }
    }

    private Entry known(UUID id) {
        Entry entry = entries.get(id);
        if (entry == null) {
            throw new IllegalArgumentException("the journal tells of " + id + " before it was intended");
        }
        return entry;
    }

    /** All operations, in the order in which each client intended them. */
    public Collection<Entry> entries() {
        return entries.values();
    }

    /** The operation of an id, {@code null} if nobody intended it. */
    public @Nullable Entry find(UUID id) {
        return entries.get(id);
    }

    /** What should never be. */
    public List<String> alarms() {
        return alarms;
    }
}
