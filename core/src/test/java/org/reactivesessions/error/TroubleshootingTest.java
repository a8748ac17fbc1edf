package org.reactivesessions.error;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every error says where the page about troubleshooting speaks of it, and the page speaks of every error and of nothing else. */
class TroubleshootingTest {

    private static final Path PAGE = Path.of("..", "docs", "guide", "troubleshooting.md");
    private static final Pattern SECTION = Pattern.compile("^## (.+)$", Pattern.MULTILINE);
    private static final List<String> PARTS = List.of("**Means.**", "**Outcome.**", "**Look at.**", "**Do.**");

    /** One of each type and kind, and those that are made in another way. */
    private static Stream<SessionFailure> errors() {
        return Stream.of(
                unavailable(FailureKind.UNREACHABLE),
                unavailable(FailureKind.SATURATED),
                unavailable(FailureKind.OVERLOADED),
                unavailable(FailureKind.CIRCUIT_OPEN),
                unavailable(FailureKind.REFUSED),
                unavailable(FailureKind.UNREACHABLE).afterAttempts(3),
                DatabaseUnavailableException.rolledBack("transfer", "lost.", null),
                new DatabaseRefusedException("transfer", "refused.", "28P01", null),
                new DatabaseReadOnlyException("transfer", "it is a standby"),
                new TransactionTimeoutException(
                        "transfer", LifePhase.ACTIVE, Duration.ofSeconds(1), "transfer", "1000 ms running"),
                new SessionsClosedException("transfer", null, "closed.", driver()),
                new WriteOutsideTransactionException("transfer", driver()),
                new IntegrityViolationException("transfer", "a", "b", "c", driver()),
                new TooManyRowsException("transfer", "SELECT 1", 2),
                new TransactionRolledBackException("transfer", driver()),
                TransactionRolledBackException.forInnerScope("transfer", "inner", driver()),
                TransactionRolledBackException.forMarker("transfer", "refused", driver()),
                new CommitOutcomeUnknownException("transfer", "lost", null),
                CommitOutcomeUnknownException.unresolved(
                        "transfer", new UUID(1, 2), "lost", "nobody answers", "SELECT 1", null),
                new CommitMarkerException("transfer", "its table is missing"),
                new OperationInProgressException("transfer", "payment 7", driver()),
                new AfterCommitException("transfer", unavailable(FailureKind.SATURATED)));
    }

    private static R2dbcException driver() {
        return new R2dbcDataIntegrityViolationException("duplicate key value", "23505", 0);
    }

    private static DatabaseUnavailableException unavailable(FailureKind kind) {
        return new DatabaseUnavailableException(kind, "transfer", "no connection.", null);
    }

    /** The types of errors by kind, as their instances say. */
    private static Map<FailureKind, Set<String>> types() {
        return errors().collect(Collectors.groupingBy(
                SessionFailure::kind,
                Collectors.mapping(error -> error.getClass().getSimpleName(), Collectors.toSet())));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void everyMessageMustEndWithItsPlaceOnThePage(SessionFailure error) {
        String reference = "(help: troubleshooting.md#" + error.kind().anchor() + ")";

        assertThat((Throwable) error).hasMessageEndingWith(" " + reference);
        assertThat(String.valueOf(((Throwable) error).getMessage()).split("\\(help: ", -1))
                .hasSize(2);
    }

    @Test
    void severalAttemptsMustBeSaidBeforeThePlaceOnThePage() {
        assertThat(unavailable(FailureKind.UNREACHABLE).afterAttempts(3))
                .hasMessage("transfer: no connection. Tried 3 times. (help: troubleshooting.md#unreachable)");
    }

    @Test
    void theMessageOfAnotherErrorMustLoseItsPlaceOnThePage() {
        assertThat(new AfterCommitException("transfer", unavailable(FailureKind.SATURATED)))
                .hasMessage("transfer: the transaction is COMMITTED, but a hook after the commit failed: transfer: no"
                        + " connection.. Do not run the transaction again; make up for the hook."
                        + " (help: troubleshooting.md#after-commit)");
    }

    @Test
    void everyTypeMustBeAmongTheErrorsOfThisTest() {
        List<String> exceptions = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("org.reactivesessions").stream()
                        .filter(type -> type.isAssignableTo(Throwable.class))
                        .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                        // It is what a function signals, and no failure.
                        .filter(type -> !type.isEquivalentTo(RollbackRequestedException.class))
                        .map(JavaClass::getSimpleName)
                        .toList();
        Set<String> shown =
                errors().map(error -> error.getClass().getSimpleName()).collect(Collectors.toSet());

        assertThat(exceptions).isNotEmpty().hasSameElementsAs(shown);
        assertThat(types()).containsOnlyKeys(FailureKind.values());
    }

    @Test
    void thePageMustSpeakOfEveryErrorAndOfNothingElse() throws IOException {
        assertThat(objections(Files.readString(PAGE))).isEmpty();
    }

    @Test
    void aSectionThatIsMissingOrTooManyOrIncompleteMustBeFound() throws IOException {
        String page = Files.readString(PAGE);

        assertThat(objections(page.replace("## saturated", "## full")))
                .containsExactly("no section saturated", "section full is of no error");
        assertThat(objections(page.replace("`TooManyRowsException`", "an error")))
                .containsExactly("section too-many-rows does not name TooManyRowsException");
        assertThat(objections(page.replaceFirst(Pattern.quote("**Do.**"), "Do.")))
                .hasSize(1)
                .first()
                .asString()
                .endsWith("has no **Do.**");
    }

    /** What is wrong with the page. */
    private static List<String> objections(String page) {
        Map<String, String> sections = sections(page);
        List<String> objections = new ArrayList<>();
        for (FailureKind kind : FailureKind.values()) {
            String section = sections.remove(kind.anchor());
            if (section == null) {
                objections.add("no section " + kind.anchor());
                continue;
            }
            types().getOrDefault(kind, Set.of()).stream()
                    .filter(type -> !section.contains("`" + type + "`"))
                    .forEach(type -> objections.add("section " + kind.anchor() + " does not name " + type));
            PARTS.stream()
                    .filter(part -> !section.contains(part))
                    .forEach(part -> objections.add("section " + kind.anchor() + " has no " + part));
        }
        sections.keySet().forEach(left -> objections.add("section " + left + " is of no error"));
        return objections;
    }

    private static Map<String, String> sections(String page) {
        List<MatchResult> headings = SECTION.matcher(page).results().toList();
        Map<String, String> sections = new LinkedHashMap<>();
        for (int i = 0; i < headings.size(); i++) {
            int end = i + 1 < headings.size() ? headings.get(i + 1).start() : page.length();
            sections.put(
                    headings.get(i).group(1), page.substring(headings.get(i).end(), end));
        }
        return sections;
    }
}
