package org.reactivesessions.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The tests that a page names in its tables: {@code `SomeIT.someMethod`}. */
final class Evidence {

    private static final Pattern NAMED = Pattern.compile("`(\\w+(?:IT|Test))\\.(\\w+)`");

    private final Path root;

    /** @param root the project */
    Evidence(Path root) {
        this.root = root;
    }

    /** Those among the tests named in a text that do not exist. */
    List<String> missing(String text) {
        return NAMED.matcher(text)
                .results()
                .filter(named -> !exists(named))
                .map(MatchResult::group)
                .distinct()
                .collect(Collectors.toList());
    }

    private boolean exists(MatchResult named) {
        return Stream.of(
                        "core",
                        "postgres",
                        "micrometer",
                        "spring",
                        "spring-boot/reactive-sessions-spring-boot",
                        "testkit",
                        "docs")
                .anyMatch(module -> hasMethod(root.resolve(module + "/src/test/java"), named.group(1), named.group(2)));
    }

    private static boolean hasMethod(Path sources, String type, String method) {
        try (Stream<Path> files = Files.walk(sources)) {
            List<Path> found =
                    files.filter(file -> file.endsWith(type + ".java")).collect(Collectors.toList());
            for (Path file : found) {
                if (Files.readString(file).contains("void " + method + "(")) {
                    return true;
                }
            }
            return false;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
