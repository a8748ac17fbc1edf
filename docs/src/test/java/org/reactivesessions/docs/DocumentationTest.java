package org.reactivesessions.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No page shows code that is not run. */
class DocumentationTest {

    private static final Path ROOT =
            Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());

    /** The first is run by the quickstart's tests, the second by CI, the others have committed results. */
    private static final List<String> COMMANDS = List.of(
            "mvn -q -pl examples/quickstart -am compile exec:exec",
            "mvn -B -ntp verify",
            "mvn -q -pl postgres -am test-compile exec:exec -DrandomCancelRun.skip=false");

    private static List<String> problems(Path page) {
        return new Page(ROOT, page, COMMANDS).problems();
    }

    @Test
    void everyBlockMustBeAsItsSource() throws IOException {
        try (Stream<Path> guide = Files.list(ROOT.resolve("docs/guide"))) {
            List<Path> pages = Stream.concat(Stream.of(ROOT.resolve("README.md")), guide)
                    .filter(page -> page.toString().endsWith(".md"))
                    .collect(Collectors.toList());

            assertThat(pages).hasSizeGreaterThanOrEqualTo(3);
            assertThat(pages).allSatisfy(page -> assertThat(problems(page)).isEmpty());
        }
    }

    @Test
    void aPageWithErrorsMustBeFound() {
        assertThat(problems(ROOT.resolve("docs/src/test/resources/planted/bad-page.md")))
                .satisfiesExactly(
                        problem -> assertThat(problem).contains("without a source: int forgotten = 1;"),
                        problem -> assertThat(problem).contains("not the region \"cancel\""),
                        problem -> assertThat(problem).contains("no region \"nowhere\""),
                        problem -> assertThat(problem).contains("nothing runs: rm -rf target"),
                        problem -> assertThat(problem).contains("unknown kind \"\""));
    }

    @Test
    void testsThatAreNamedMustExist() throws IOException {
        Evidence evidence = new Evidence(ROOT);
        try (Stream<Path> guide = Files.list(ROOT.resolve("docs/guide"))) {
            for (Path page : guide.collect(Collectors.toList())) {
                assertThat(evidence.missing(Files.readString(page)))
                        .as(page.toString())
                        .isEmpty();
            }
        }
        assertThat(evidence.missing(
                        "`GuardIT.noSuchTest` and `NoSuchIT.test` and `DocumentationTest.linksMustLeadSomewhere`"))
                .containsExactly("`GuardIT.noSuchTest`", "`NoSuchIT.test`");
    }

    /** What README promises to run is what CI runs. */
    @Test
    void ciMustRunTheCommandOfTheReadme() throws IOException {
        assertThat(Files.readString(ROOT.resolve(".ci/run"))).contains("leg \"default JDK\" " + COMMANDS.get(1));
        assertThat(Files.readString(ROOT.resolve("README.md")))
                .contains(COMMANDS.get(0))
                .contains(COMMANDS.get(1));
    }

    @Test
    void linksMustLeadSomewhere() throws IOException {
        try (Stream<Path> guide = Files.walk(ROOT.resolve("docs"))) {
            Stream<Path> root = Stream.of("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")
                    .map(ROOT::resolve);
            List<String> dead = Stream.concat(
                            root, guide.filter(path -> !path.toString().contains("target")))
                    .filter(page -> page.toString().endsWith(".md"))
                    .flatMap(DocumentationTest::deadLinks)
                    .collect(Collectors.toList());
            assertThat(dead).isEmpty();
        }
    }

    private static Stream<String> deadLinks(Path page) {
        try {
            return Pattern.compile("]\\(([^)#:]+)(?:#[^)]*)?\\)")
                    .matcher(Files.readString(page))
                    .results()
                    .map(link -> link.group(1))
                    .filter(link -> !Files.exists(page.resolveSibling(link)))
                    .map(link -> page.getFileName() + " → " + link);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
