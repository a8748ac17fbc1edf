package org.reactivesessions.proof;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.reactivesessions.proof.journal.Journal;
import org.reactivesessions.proof.oracle.Check;

/** Whether anything that was written has a secret in it: errors that callers got, and logs. Stateless. */
final class Secrets {

    private Secrets() {}

    /** @param directory with journals, whose intents name tenants on purpose, and logs */
    static Check check(Path directory, List<String> secrets) throws IOException {
        Check check = new Check("j", "no secret in an error or a log");
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                boolean journal = file.toString().endsWith(Journal.SUFFIX);
                try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
                    lines.filter(line -> !journal || line.startsWith("V"))
                            .forEach(line -> check.require(secrets.stream().noneMatch(line::contains), line));
                }
            }
        }
        return check;
    }
}
