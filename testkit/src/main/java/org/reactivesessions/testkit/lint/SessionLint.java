package org.reactivesessions.testkit.lint;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The rules, and where they do not hold: checks class files, and needs neither their sources nor to load them. Immutable and
 * therefore thread-safe.
 *
 * <p>Inside a transaction function is every lambda and method with a parameter of type {@code Session}, and whatever those
 * call, directly or through lambdas and method references, among the classes that are checked. Not followed are calls through
 * an interface or an overridden method, reflection, and code of libraries.
 *
 * <pre>{@code
 * @Test
 * void sessionsMustBeUsedAsTheyAreMeant() {
 *     SessionLint.defaults().checkPackage("com.example").mustBeClean();
 * }
 * }</pre>
 *
 * @since 0.1
 */
public final class SessionLint {

    private static final List<String> CONFIGURATION = List.of("..config..", "..configuration..");

    private final Set<LintRule> rules;
    private final List<NamePattern> configuration;
    private final List<Exemption> exemptions;

    /** Rules that do not hold somewhere. */
    private record Exemption(NamePattern where, Set<LintRule> rules) {
        boolean covers(Finding finding) {
            return rules.contains(finding.rule()) && where.matches(finding.type());
        }
    }

    private SessionLint(Set<LintRule> rules, List<NamePattern> configuration, List<Exemption> exemptions) {
        this.rules = rules;
        this.configuration = configuration;
        this.exemptions = exemptions;
    }

    /**
     * All rules, without exceptions; configuration packages are {@code ..config..} and {@code ..configuration..}.
     *
     * @return the rules as they are meant
     */
    public static SessionLint defaults() {
        return new SessionLint(
                EnumSet.allOf(LintRule.class),
                CONFIGURATION.stream().map(NamePattern::new).toList(),
                List.of());
    }

    /**
     * Names the packages in which the driver may be used, instead of the default ones.
     *
     * @param packages names in which {@code ..} stands for any packages, such as {@code com.example.database..}; none allows the
     *     driver nowhere
     * @return the same rules with these packages
     * @throws IllegalArgumentException if one is not such a name
     */
    public SessionLint configurationPackages(String... packages) {
        return new SessionLint(
                rules, Arrays.stream(packages).map(NamePattern::new).toList(), exemptions);
    }

    /**
     * Keeps some rules only.
     *
     * @param first one of them
     * @param more the others
     * @return only these rules
     */
    public SessionLint only(LintRule first, LintRule... more) {
        return new SessionLint(EnumSet.of(first, more), configuration, exemptions);
    }

    /**
     * Takes rules away from a class or a package.
     *
     * @param where name of a class (with what is nested in it) or a package, in which {@code ..} stands for any packages
     * @param first a rule that does not hold there
     * @param more others
     * @return the same rules with this exception
     * @throws IllegalArgumentException if {@code where} is not such a name
     */
    public SessionLint except(String where, LintRule first, LintRule... more) {
        Exemption exemption = new Exemption(new NamePattern(where), EnumSet.of(first, more));
        return new SessionLint(
                rules,
                configuration,
                Stream.concat(exemptions.stream(), Stream.of(exemption)).toList());
    }

    /**
     * Checks folders of class files, jars and class files.
     *
     * @param paths where they are, at least one
     * @return what was found
     * @throws IllegalArgumentException if there is no path, or one does not exist or holds no class file
     * @throws UncheckedIOException if one cannot be read
     */
    public LintReport check(Path... paths) {
        if (paths.length == 0) {
            throw new IllegalArgumentException("there is nothing to check; give a folder with class files or a jar");
        }
        return report(files -> Arrays.stream(paths).forEach(files::addAll));
    }

    /**
     * Checks the classes of a package and those below it, those of tests included, as the class path has them.
     *
     * @param name name of the package, such as {@code com.example}
     * @return what was found
     * @throws IllegalArgumentException if there is no class in it
     * @throws UncheckedIOException if one cannot be read
     */
    public LintReport checkPackage(String name) {
        return report(files -> files.addPackage(name));
    }

    LintReport report(Consumer<ClassFiles> source) {
        try {
            ClassFiles files = new ClassFiles();
            source.accept(files);
            return new LintReport(findings(files.read()), files.read().size(), files.unread());
        } catch (NoClassDefFoundError missing) {
            throw new IllegalStateException(
                    "class files are read with ASM, which is not on the class path; add org.ow2.asm:asm to the test"
                            + " dependencies",
                    missing);
        }
    }

    private List<Finding> findings(Collection<ClassFacts> classes) {
        Program program = new Program(classes);
        return Stream.of(new ConnectionChecks(), new FunctionChecks(), new DriverCheck(configuration))
                .flatMap(check -> check.in(program))
                .filter(finding -> rules.contains(finding.rule()))
                .filter(finding -> exemptions.stream().noneMatch(exemption -> exemption.covers(finding)))
                .sorted(Comparator.comparing(Finding::file)
                        .thenComparing(Finding::line)
                        .thenComparing(Finding::rule)
                        .thenComparing(Finding::what))
                .distinct()
                .toList();
    }
}
