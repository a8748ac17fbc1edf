package org.reactivesessions.postgres.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every risk that SECURITY.md numbers has a test that names it, or a command, and the page names no test that there is not. */
class SecurityEvidenceTest {

    private static final Set<String> RISKS = IntStream.rangeClosed(1, 20)
            .mapToObj(number -> "S" + number)
            .collect(Collectors.toCollection(TreeSet::new));

    /** What no test of this module can show, and the command that does; SECURITY.md has them. */
    private static final Map<String, String> BY_COMMAND = Map.of("S17", "osv-scanner", "S18", "reproducible-build.sh");

    private static final Pattern ROW = Pattern.compile("(?m)^\\| (S\\d+) \\|.*$");
    private static final Pattern TEST = Pattern.compile("`([A-Z]\\w+(?:IT|Test))`");

    private static Path classes() {
        try {
            return Path.of(Objects.requireNonNull(SecurityEvidenceTest.class.getResource("/"))
                    .toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static List<Class<?>> tests() {
        Path root = classes();
        try (Stream<Path> files = Files.walk(root)) {
            return files.map(file -> root.relativize(file).toString())
                    .filter(name -> name.endsWith("IT.class") || name.endsWith("Test.class"))
                    .<Class<?>>map(name -> load(name.substring(0, name.length() - ".class".length())))
                    .filter(test -> test != SecurityEvidenceTest.class) // has planted ones
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Class<?> load(String file) {
        try {
            return Class.forName(
                    file.replace('/', '.').replace('\\', '.'), false, SecurityEvidenceTest.class.getClassLoader());
        } catch (ClassNotFoundException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The classes with tests of each risk. */
    private static Map<String, Set<String>> named(List<Class<?>> tests) {
        Map<String, Set<String>> named = new TreeMap<>();
        for (Class<?> test : tests) {
            List<AnnotatedElement> places = new ArrayList<>(List.of(test));
            for (Class<?> inner : Stream.concat(Stream.of(test), Arrays.stream(test.getDeclaredClasses()))
                    .toList()) {
                places.add(inner);
                places.addAll(List.<Method>of(inner.getDeclaredMethods()));
            }
            for (AnnotatedElement place : places) {
                SecurityRow row = place.getAnnotation(SecurityRow.class);
                for (String risk : row == null ? new String[0] : row.value()) {
                    named.computeIfAbsent(risk, none -> new TreeSet<>()).add(test.getSimpleName());
                }
            }
        }
        return named;
    }

    private static Map<String, String> rows() throws IOException {
        return ROW.matcher(Files.readString(Path.of("../SECURITY.md")))
                .results()
                .collect(Collectors.toMap(
                        row -> row.group(1), MatchResult::group, (one, other) -> one + other, TreeMap::new));
    }

    @Test
    void everyRiskMustHaveATestOrACommand() {
        Set<String> shown = new TreeSet<>(named(tests()).keySet());
        assertThat(RISKS).as("numbers").containsAll(shown);
        shown.addAll(BY_COMMAND.keySet());
        assertThat(shown).containsAll(RISKS);
    }

    @Test
    void thePageMustNameEveryRiskAndItsTests() throws IOException {
        Map<String, String> rows = rows();
        assertThat(rows.keySet()).containsExactlyInAnyOrderElementsOf(RISKS);
        Map<String, Set<String>> named = named(tests());
        rows.forEach((risk, row) -> {
            Set<String> onPage = TEST.matcher(row)
                    .results()
                    .map(test -> test.group(1))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertThat(onPage).as(risk).isEqualTo(named.getOrDefault(risk, Set.of()));
            String command = BY_COMMAND.get(risk);
            if (command != null) {
                assertThat(row).as(risk).contains(command);
            }
        });
    }

    /** A row on a class, one on a method, one on a nested class. */
    @SecurityRow("S98")
    static final class Planted {

        @SecurityRow({"S97", "S99"})
        void shows() {}
    }

    @Test
    void whatIsPlantedMustBeFound() {
        assertThat(named(List.of(Planted.class))).containsOnlyKeys("S97", "S98", "S99");
    }
}
