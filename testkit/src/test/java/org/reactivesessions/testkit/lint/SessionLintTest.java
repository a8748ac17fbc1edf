package org.reactivesessions.testkit.lint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.reactivesessions.testkit.lint.LintRule.BLOCK_IN_TRANSACTION;
import static org.reactivesessions.testkit.lint.LintRule.CONNECTION_IN_FIELD;
import static org.reactivesessions.testkit.lint.LintRule.DIRECT_CONNECTION;
import static org.reactivesessions.testkit.lint.LintRule.DRIVER_OUTSIDE_CONFIGURATION;
import static org.reactivesessions.testkit.lint.LintRule.MANUAL_CLOSE;
import static org.reactivesessions.testkit.lint.LintRule.MISSING_CLOSE;
import static org.reactivesessions.testkit.lint.LintRule.SUBSCRIBE_IN_TRANSACTION;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Each planted class breaks one rule in every form, and its clean counterpart breaks none. */
class SessionLintTest {

    static final String BROKEN = "org.reactivesessions.testkit.planted.lint.broken";
    static final String CLEAN = "org.reactivesessions.testkit.planted.lint.clean";
    private static final String FOLDER = "org/reactivesessions/testkit/planted/lint/broken/";

    private static final LintReport REPORT = SessionLint.defaults().checkPackage(BROKEN);

    /** What was found in one planted file, as rule and what is there. */
    private static List<String> foundIn(String type) {
        return REPORT.findings().stream()
                .filter(finding -> finding.file().equals(FOLDER + type + ".java"))
                .map(finding -> finding.rule().id() + ": " + finding.what())
                .collect(Collectors.toList());
    }

    @Test
    void openingByHandMustBeFoundInLambdasAndReferencesToo() {
        assertThat(foundIn("OpensDirectly"))
                .containsExactly(
                        "direct-connection: open() calls ConnectionFactory.create()",
                        "direct-connection: openLater() calls ConnectionFactory.create()",
                        "direct-connection: openByReference() calls ConnectionFactory.create()");
    }

    @Test
    void connectionsInFieldsMustBeFoundAlsoInsideOtherTypes() {
        assertThat(foundIn("KeepsConnections"))
                .containsExactlyInAnyOrder(
                        "connection-in-field: the static field global keeps one connection for the whole program",
                        "connection-in-field: the field current keeps a connection",
                        "connection-in-field: the field cached keeps a connection");
    }

    @Test
    void closingByHandMustBeFound() {
        assertThat(foundIn("ClosesByHand"))
                .containsExactlyInAnyOrder(
                        "direct-connection: count() calls ConnectionFactory.create()",
                        "manual-close: count() calls Connection.close()",
                        "direct-connection: countAndClose() calls ConnectionFactory.create()",
                        "manual-close: countAndClose() calls Connection.close()");
    }

    @Test
    void aConnectionThatIsNeverClosedMustBeFound() {
        assertThat(foundIn("ForgetsToClose"))
                .containsExactlyInAnyOrder(
                        "direct-connection: delete() calls ConnectionFactory.create()",
                        "missing-close: delete() opens a connection that nothing reached from here closes",
                        "direct-connection: deleteInALambda() calls ConnectionFactory.create()",
                        "missing-close: deleteInALambda() opens a connection that nothing reached from here closes");
    }

    @Test
    void blockingMustBeFoundInEveryFormOfAFunction() {
        String from = ", reached from " + BROKEN + ".BlocksInside";
        assertThat(foundIn("BlocksInside"))
                .containsExactlyInAnyOrder(
                        "block-in-transaction: pay() calls Mono.block() inside a transaction function",
                        "block-in-transaction: latest() calls Mono.blockOptional() inside a transaction function" + from
                                + ".paid()",
                        "block-in-transaction: forA() calls CompletableFuture.join() inside a transaction function"
                                + from + "$1.apply()",
                        "block-in-transaction: payAll() calls Mono.block() inside a transaction function");
    }

    @Test
    void subscribingMustBeFound() {
        assertThat(foundIn("SubscribesInside"))
                .containsExactly(
                        "subscribe-in-transaction: rename() calls Mono.subscribe() inside a transaction function",
                        "subscribe-in-transaction: renameAndTell() calls Mono.toFuture() inside a transaction function");
    }

    @Test
    void theDriverMustBeFoundButNotItsValues() {
        assertThat(foundIn("UsesTheDriver"))
                .containsExactly("driver-outside-configuration: uses io.r2dbc.postgresql.api.PostgresqlResult");
    }

    @Test
    void nothingElseMustBeFound() {
        assertThat(REPORT.findings()).hasSize(21);
        assertThat(REPORT.unread()).isEmpty();
        assertThat(REPORT.filesChecked())
                .as("with package-info and what is nested")
                .isEqualTo(11);
        assertThat(REPORT.count(DIRECT_CONNECTION)).isEqualTo(7);
        assertThat(REPORT.count(MISSING_CLOSE)).isEqualTo(2);
    }

    @Test
    void aFindingMustSayWhereWhatWhyAndWhatInstead() throws Exception {
        Finding first = REPORT.findings().stream()
                .filter(finding -> finding.rule() == BLOCK_IN_TRANSACTION)
                .findFirst()
                .orElseThrow();
        List<String> source = Files.readAllLines(Path.of("src/test/java").resolve(first.file()));
        assertThat(source.get(first.line() - 1)).contains(".block();");
        assertThat(first)
                .hasToString(FOLDER + "BlocksInside.java:" + first.line() + ": block-in-transaction: " + first.what()
                        + ". Why: " + BLOCK_IN_TRANSACTION.why() + ". Instead: " + BLOCK_IN_TRANSACTION.instead()
                        + ".");
    }

    @Test
    void everyFindingMustPointAtALineThatShowsIt() throws Exception {
        List<String> lines = new ArrayList<>();
        for (Finding finding : REPORT.findings()) {
            lines.add(Files.readAllLines(Path.of("src/test/java").resolve(finding.file()))
                    .get(finding.line() - 1));
        }
        assertThat(lines)
                .allMatch(
                        line -> line.matches(
                                ".*(create|global = |current = |cached = |lose|block|join|subscribe|toFuture|instanceof|rates).*"));
    }

    @Test
    void theCleanCounterpartMustBeClean() {
        LintReport report = SessionLint.defaults().checkPackage(CLEAN);
        report.mustBeClean();
        assertThat(report.isClean()).isTrue();
        assertThat(report.filesChecked()).isEqualTo(5);
    }

    @Test
    void whereTheDriverMayBeUsedMustBeForTheProgramToSay() {
        assertThat(SessionLint.defaults()
                        .configurationPackages()
                        .checkPackage(CLEAN)
                        .findings())
                .extracting(finding -> finding.rule().id() + " " + finding.type())
                .containsOnly("driver-outside-configuration " + CLEAN + ".config.DatabaseConfiguration");
        assertThat(SessionLint.defaults()
                        .configurationPackages("..lint.broken")
                        .checkPackage(BROKEN)
                        .count(DRIVER_OUTSIDE_CONFIGURATION))
                .isZero();
    }

    @Test
    void exceptionsMustHoldForTheirRulesAndPlacesOnly() {
        LintReport report = SessionLint.defaults()
                .except(BROKEN + ".ClosesByHand", MANUAL_CLOSE, DIRECT_CONNECTION)
                .except("..broken..", MISSING_CLOSE)
                .checkPackage(BROKEN);
        assertThat(report.count(MANUAL_CLOSE)).isZero();
        assertThat(report.count(DIRECT_CONNECTION)).isEqualTo(5);
        assertThat(report.count(MISSING_CLOSE)).isZero();
        assertThat(report.count(BLOCK_IN_TRANSACTION)).isEqualTo(4);
        assertThat(SessionLint.defaults()
                        .only(CONNECTION_IN_FIELD, SUBSCRIBE_IN_TRANSACTION)
                        .checkPackage(BROKEN)
                        .findings())
                .hasSize(5);
    }

    @Test
    void findingsMustFailWithAllOfThem() {
        assertThatThrownBy(REPORT::mustBeClean)
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("21 finding(s) in 11 class file(s):\n  " + FOLDER + "BlocksInside.java:")
                .hasMessageContaining("missing-close")
                .hasMessageContaining("UsesTheDriver.java:");
    }

    @Test
    void mistakesMustBeNamed() {
        SessionLint lint = SessionLint.defaults();
        assertThatThrownBy(() -> lint.checkPackage("com.exmaple"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no class in or below the package \"com.exmaple\"");
        assertThatThrownBy(() -> lint.except("com.example.*", MANUAL_CLOSE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("but was \"com.example.*\"");
        assertThatThrownBy(lint::check).hasMessageContaining("nothing to check");
        assertThatThrownBy(() -> LintRule.of("manual-clsoe"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no rule \"manual-clsoe\"; the rules are direct-connection, connection-in-field,"
                        + " manual-close, missing-close, block-in-transaction, subscribe-in-transaction,"
                        + " driver-outside-configuration");
    }

    @Test
    void withoutAsmTheErrorMustSayWhatToAdd() throws Exception {
        ClassLoader withoutAsm =
                new ClassLoader(Objects.requireNonNull(getClass().getClassLoader())) {
                    @Override
                    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
                        if (name.startsWith("org.objectweb.asm")) {
                            throw new ClassNotFoundException(name);
                        }
                        if (!name.startsWith("org.reactivesessions.testkit.lint.")) {
                            return super.loadClass(name, resolve);
                        }
                        try (var file = getResourceAsStream(name.replace('.', '/') + ".class")) {
                            byte[] bytes = Objects.requireNonNull(file).readAllBytes();
                            return defineClass(name, bytes, 0, bytes.length);
                        } catch (java.io.IOException unreadable) {
                            throw new ClassNotFoundException(name, unreadable);
                        }
                    }
                };
        Class<?> type = withoutAsm.loadClass(SessionLint.class.getName());
        Object lint = type.getMethod("defaults").invoke(null);
        assertThatThrownBy(() -> type.getMethod("checkPackage", String.class).invoke(lint, BROKEN))
                .cause()
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("add org.ow2.asm:asm to the test dependencies");
    }
}
