package org.reactivesessions.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.reactivesessions.benchmarks.report.RunSize;

/**
 * What one run of {@link Benchmarks} is given. Immutable.
 *
 * @param size how long it is measured
 * @param suites what is measured; none if only the page is to be written
 * @param contenders who takes part
 * @param leftOut who does not, and why, line by line
 * @param resume whether suites are left out that have been measured for as long
 */
record BenchmarkOptions(
        RunSize size, List<Suite> suites, List<Entrant> contenders, List<String> leftOut, boolean resume) {

    static final String USAGE = "Usage: [--size short|full] [--resume] [--suites <"
            + names(Suites.all(), Suite::name) + ">] [--contenders <"
            + names(List.of(Entrant.values()), Entrant::toString)
            + ">] [--page]";

    BenchmarkOptions {
        suites = List.copyOf(suites);
        contenders = List.copyOf(contenders);
        leftOut = List.copyOf(leftOut);
    }

    /**
     * Reads the command line.
     *
     * @throws IllegalArgumentException if it is not understood, or names somebody who cannot take part on this JVM
     */
    static BenchmarkOptions parse(String... arguments) {
        return parse(Entrant::obstacle, arguments);
    }

    /** @param obstacle why somebody cannot take part, if he cannot */
    static BenchmarkOptions parse(Function<Entrant, Optional<String>> obstacle, String... arguments) {
        RunSize size = RunSize.SHORT;
        List<Suite> suites = Suites.all();
        Optional<List<Entrant>> named = Optional.empty();
        boolean resume = false;
        List<String> rest = new ArrayList<>(Arrays.asList(arguments));
        while (!rest.isEmpty()) {
            String option = rest.remove(0);
            switch (option) {
                case "--size" -> size = understood(option, value(option, rest), RunSize::named);
                case "--suites" -> suites = list(option, rest, Suites::named);
                case "--contenders" -> named = Optional.of(list(option, rest, Entrant::named));
                case "--resume" -> resume = true;
                case "--page" -> suites = List.of();
                default -> throw new IllegalArgumentException(option + " is not understood. " + USAGE);
            }
        }
        named.ifPresent(all -> all.forEach(entrant -> requireAble(entrant, obstacle)));
        List<Entrant> contenders = named.orElse(List.of(Entrant.values()));
        return new BenchmarkOptions(
                size,
                suites,
                contenders.stream()
                        .filter(entrant -> obstacle.apply(entrant).isEmpty())
                        .toList(),
                contenders.stream()
                        .flatMap(entrant -> obstacle.apply(entrant).stream().map(why -> entrant + ": " + why))
                        .toList(),
                resume);
    }

    private static void requireAble(Entrant entrant, Function<Entrant, Optional<String>> obstacle) {
        obstacle.apply(entrant).ifPresent(why -> {
            throw new IllegalArgumentException("--contenders: " + entrant + " cannot take part: " + why
                    + ". Leave it out of --contenders, or set JAVA_HOME to such a JDK");
        });
    }

    private static <T> List<T> list(String option, List<String> rest, Function<String, T> named) {
        return Arrays.stream(value(option, rest).split(",", -1))
                .map(name -> understood(option, name, named))
                .distinct()
                .toList();
    }

    private static String value(String option, List<String> rest) {
        if (rest.isEmpty()) {
            throw new IllegalArgumentException(option + " needs a value. " + USAGE);
        }
        return rest.remove(0);
    }

    private static <T> T understood(String option, String value, Function<String, T> named) {
        try {
            return named.apply(value);
        } catch (IllegalArgumentException unknown) {
            throw new IllegalArgumentException(option + ": " + unknown.getMessage(), unknown);
        }
    }

    private static <T> String names(List<T> all, Function<T, String> name) {
        return all.stream().map(name).collect(Collectors.joining(","));
    }
}
