package org.reactivesessions.testkit.lint;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The rules of {@link SessionLint} as one rule of ArchUnit. What ArchUnit imports is what is checked; it does not follow
 * lambdas one by one, so the class files are read once more.
 *
 * <pre>{@code
 * @AnalyzeClasses(packages = "com.example")
 * class SessionRulesTest {
 *     @ArchTest
 *     static final ArchRule sessions = SessionRules.all();
 * }
 * }</pre>
 *
 * @since 0.1
 */
public final class SessionRules {

    private SessionRules() {}

    /**
     * All rules, without exceptions.
     *
     * @return a rule of ArchUnit, to be checked against imported classes
     */
    public static ArchRule all() {
        return of(SessionLint.defaults());
    }

    /**
     * The rules as they are set up.
     *
     * @param lint which rules, and their exceptions
     * @return a rule of ArchUnit, to be checked against imported classes
     */
    public static ArchRule of(SessionLint lint) {
        return classes().should(new UseSessionsAsMeant(lint));
    }

    /** Looks at all classes at once, because what runs inside a function may stand in another class. */
    private static final class UseSessionsAsMeant extends ArchCondition<JavaClass> {

        private final SessionLint lint;
        private Map<String, List<Finding>> findings = Map.of();

        UseSessionsAsMeant(SessionLint lint) {
            super("use sessions as they are meant");
            this.lint = lint;
        }

        @Override
        public void init(Collection<JavaClass> all) {
            LintReport report = lint.report(files ->
                    all.forEach(type -> type.getSource().ifPresent(source -> files.add(source.getUri()))));
            if (!report.unread().isEmpty()) {
                throw new IllegalStateException("not read: " + String.join(", ", report.unread()));
            }
            findings = report.findings().stream().collect(Collectors.groupingBy(Finding::type));
        }

        @Override
        public void check(JavaClass type, ConditionEvents events) {
            findings.getOrDefault(type.getName(), List.of())
                    .forEach(finding -> events.add(SimpleConditionEvent.violated(type, finding.toString())));
        }
    }
}
