package org.reactivesessions.postgres.doubt;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What one process has answered. Immutable by convention.
 *
 * @param applied the operations it says it has applied
 * @param already those it says were applied before
 * @param events how often it met what else there was
 */
record Answers(Set<String> applied, Set<String> already, Map<String, Integer> events) {

    /** Reads them; a last line that was not finished does not count. */
    static Answers in(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.US_ASCII);
        Set<String> applied = new HashSet<>();
        Set<String> already = new HashSet<>();
        Map<String, Integer> events = new TreeMap<>();
        for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
            if (line.startsWith("applied ")) {
                applied.add(line.substring("applied ".length()));
            } else if (line.startsWith("already ")) {
                already.add(line.substring("already ".length()));
            } else {
                events.merge(line, 1, Integer::sum);
            }
        }
        return new Answers(applied, already, events);
    }

    int number() {
        return applied.size() + already.size();
    }

    int event(String what) {
        return events.getOrDefault(what, 0);
    }
}
