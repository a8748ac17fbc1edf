package org.reactivesessions.testkit.lint;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Uses of the driver's own types outside configuration packages; its types for values (JSON, intervals, shapes) are free. */
final class DriverCheck implements Check {

    private static final String DRIVER = "io/r2dbc/postgresql/";
    private static final String VALUES = DRIVER + "codec/";

    private final List<NamePattern> configuration;

    DriverCheck(List<NamePattern> configuration) {
        this.configuration = configuration;
    }

    @Override
    public Stream<Finding> in(Program program) {
        return program.classes().stream()
                .filter(type -> configuration.stream().noneMatch(pattern -> pattern.matches(type.javaName())))
                .flatMap(DriverCheck::used);
    }

    /** Each type of the driver once in a class, where it is first. */
    private static Stream<Finding> used(ClassFacts type) {
        Map<String, Integer> firsts = new HashMap<>();
        type.methods()
                .forEach(method -> method.types()
                        .forEach((named, line) ->
                                firsts.merge(named, line == 0 ? method.line() : line, DriverCheck::earlier)));
        type.types().forEach(named -> firsts.merge(named, 0, DriverCheck::earlier));
        return firsts.entrySet().stream()
                .filter(use -> use.getKey().startsWith(DRIVER) && !use.getKey().startsWith(VALUES))
                .map(use -> Check.at(
                        LintRule.DRIVER_OUTSIDE_CONFIGURATION,
                        type,
                        use.getValue(),
                        "uses " + use.getKey().replace('/', '.').replace('$', '.')));
    }

    private static int earlier(int one, int other) {
        return one == 0 || other == 0 ? one + other : Math.min(one, other);
    }
}
