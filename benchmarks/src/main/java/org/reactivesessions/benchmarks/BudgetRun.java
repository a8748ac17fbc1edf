package org.reactivesessions.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Runs {@link BudgetMeter} in a JVM of its own, in which nothing but the transactions allocates, and keeps what it has found
 * if it is told to.
 */
public final class BudgetRun {

    private static final String USAGE = "[--record <file>]";
    private static final Duration LONGEST = Duration.ofMinutes(15);

    private static final ChildJvm METER = ChildJvm.of(
            BudgetMeter.class,
            "-Xms256m",
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xbatch",
            "-Dio.netty.leakDetection.level=disabled");

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
        return METER.run(LONGEST).stream()
                .filter(line -> line.matches("\\d+,.*")) // the others are the log's
                .map(BudgetCost::parse)
                .toList();
    }
}
