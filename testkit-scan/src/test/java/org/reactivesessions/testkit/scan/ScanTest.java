package org.reactivesessions.testkit.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivesessions.testkit.lint.LintReport;
import org.reactivesessions.testkit.lint.LintRule;
import org.reactivesessions.testkit.lint.SessionLint;
import org.yaml.snakeyaml.Yaml;

/** The program without a process: the planted classes of the testkit, the classes of this repository, and misuse. */
class ScanTest {

    private static final String PLANTED = "../testkit/target/test-classes/org/reactivesessions/testkit/planted/lint/";
    private static final String BROKEN = PLANTED + "broken";
    private static final String CLEAN = PLANTED + "clean";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

    private int scan(String... arguments) {
        return Scan.run(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                arguments);
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String complained() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void everyPlantedMistakeMustBePrintedWithItsPlaceAndTheTotals() {
        assertThat(scan(BROKEN)).isEqualTo(1);
        assertThat(printed().lines())
                .anyMatch(
                        line -> line.matches(
                                "org/reactivesessions/testkit/planted/lint/broken/ForgetsToClose\\.java:\\d+: missing-close: .*"))
                .anyMatch(line -> line.startsWith("  why: the connection is never given back"))
                .anyMatch(line -> line.startsWith("  instead: sessions.withTransaction("))
                .endsWith(
                        "files checked: 11",
                        "findings: 21",
                        "  direct-connection: 7",
                        "  connection-in-field: 3",
                        "  manual-close: 2",
                        "  missing-close: 2",
                        "  block-in-transaction: 4",
                        "  subscribe-in-transaction: 2",
                        "  driver-outside-configuration: 1");
        assertThat(complained()).isEmpty();
    }

    @Test
    void cleanClassesMustPass() {
        assertThat(scan(CLEAN)).isZero();
        assertThat(printed()).startsWith("files checked: 5\nfindings: 0\n");
    }

    @Test
    void exceptionsMustBePossible() {
        assertThat(scan("--except", "..broken..=manual-close,direct-connection", "--configuration", "..lint..", BROKEN))
                .isEqualTo(1);
        assertThat(printed())
                .contains("findings: 11\n")
                .contains("direct-connection: 0")
                .contains("driver-outside-configuration: 0");
    }

    @Test
    void programsMustBeAbleToReadTheReport() throws IOException {
        Path file = folder.resolve("report.json");
        assertThat(scan("--format", "json", "--output", file.toString(), BROKEN))
                .isEqualTo(1);
        assertThat(printed()).isEmpty();
        Map<String, Object> report = new Yaml().load(Files.readString(file));
        assertThat(report).containsEntry("filesChecked", 11);
        assertThat(report.get("totals")).asString().contains("missing-close=2");
        assertThat(report.get("findings"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .hasSize(21)
                .first()
                .asString()
                .contains("line=", "instead=");
    }

    @Test
    void aPageMustHoldEveryFinding() {
        assertThat(scan("--format", "html", BROKEN)).isEqualTo(1);
        assertThat(printed()).startsWith("<!DOCTYPE html>").endsWith("</html>\n");
        assertThat(printed().split("<tr><td>org/reactivesessions/", -1)).hasSize(22);
    }

    /**
     * The library keeps, opens and closes the connections that its users must not: each exception names where, and nothing else
     * of it breaks a rule. The programs of the repository have no exceptions.
     */
    @Test
    void thisRepositoryMustBeClean() {
        assertThat(scan(
                        "--configuration",
                        "org.reactivesessions.postgres..",
                        "--except",
                        "org.reactivesessions=connection-in-field",
                        "--except",
                        "org.reactivesessions.transaction..=connection-in-field",
                        "--except",
                        "org.reactivesessions.pool..=direct-connection,connection-in-field,manual-close,missing-close",
                        "--except",
                        "org.reactivesessions.health..=direct-connection,connection-in-field,manual-close",
                        "--except",
                        "org.reactivesessions.postgres..=connection-in-field,manual-close",
                        "--except",
                        "org.reactivesessions.testkit.contract..=direct-connection,manual-close,missing-close,"
                                + "subscribe-in-transaction",
                        "--except",
                        "org.reactivesessions.testkit.leak..=connection-in-field,manual-close",
                        "--except",
                        "org.reactivesessions.testkit.rollback..=connection-in-field,manual-close",
                        "--except",
                        "org.reactivesessions.testkit.sessions..=direct-connection,missing-close",
                        "../core/target/classes",
                        "../postgres/target/classes",
                        "../testkit/target/classes",
                        "../micrometer/target/classes"))
                .as("%s%s", complained(), printed())
                .isZero();
        assertThat(scan("../examples/quickstart/target/classes", "../examples/usage/target/classes"))
                .as("%s%s", complained(), printed())
                .isZero();
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                Arguments.of(new String[] {}, "nothing to check"),
                Arguments.of(
                        new String[] {"--format", "xml", BROKEN},
                        "--format must be text, html or json, but was \"xml\""),
                Arguments.of(new String[] {BROKEN, "--format"}, "--format must be followed by a value"),
                Arguments.of(new String[] {"--strict", BROKEN}, "there is no option \"--strict\""),
                Arguments.of(new String[] {"--except", "com.example", BROKEN}, "but was \"com.example\""),
                Arguments.of(
                        new String[] {"--except", "com.example=close", BROKEN},
                        "there is no rule \"close\"; the rules are"),
                Arguments.of(new String[] {"--configuration", "a b", BROKEN}, "but was \"a b\""),
                Arguments.of(new String[] {"no/such/folder"}, "there is no \"no"),
                Arguments.of(new String[] {"pom.xml"}, "\"pom.xml\" is neither a folder with class files, nor a jar"),
                Arguments.of(
                        new String[] {"--output", "no/such/folder/report", BROKEN}, "cannot write the report to \"no"),
                Arguments.of(new String[] {"bad\0path"}, "is not a path"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void misuseMustNameTheValueAndTheRule(String[] arguments, String complaint) {
        assertThat(scan(arguments)).isEqualTo(2);
        assertThat(complained()).contains(complaint).endsWith("--help says what can be said\n");
    }

    @Test
    void whatCouldNotBeReadMustNotPass() throws IOException {
        Files.write(folder.resolve("None.class"), new byte[] {1, 2, 3});
        assertThat(scan(folder.toString(), CLEAN)).isEqualTo(2);
        assertThat(printed()).startsWith("not read: " + folder.resolve("None.class"));
        assertThat(complained()).isEqualTo("1 class file(s) could not be read; nothing is known of them\n");
    }

    @Test
    void helpMustNameEveryOption() {
        assertThat(scan("--help")).isZero();
        assertThat(printed()).contains("--format", "--output", "--configuration", "--except", "Exit codes: 0");
    }

    @Test
    void theGuideMustShowTheHelpAndAFindingAsTheyAre() throws IOException {
        String page = Files.readString(Path.of("../docs/guide/lint.md"));
        assertThat(page).contains("<!-- scan -->\n```text\n" + ScanOptions.USAGE + "\n```");
        LintReport report =
                SessionLint.defaults().only(LintRule.BLOCK_IN_TRANSACTION).check(Path.of(BROKEN));
        assertThat(page)
                .contains("<!-- finding -->\n```text\n" + report.findings().get(0) + "\n```");
    }
}
