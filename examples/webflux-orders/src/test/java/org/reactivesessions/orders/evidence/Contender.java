package org.reactivesessions.orders.evidence;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One of the services that are compared, and what was found of it. Not thread-safe; closed by whoever made it. */
final class Contender implements AutoCloseable {

    private static final int CLOSED = 32;
    private static final int CONNECTIONS = 64;
    /** By so much more than before, a service is not warm. */
    private static final double GROWS = 1.1;

    private final String name;
    private final boolean tellsStatistics;
    private final ServiceProcess process;
    private final Witness witness;
    private final Callers callers;
    private final List<Double> capacities = new ArrayList<>();
    private final Map<Integer, List<Part>> parts = new HashMap<>();

    /** What was found in one round, at one rate; of the processor time what one request took, in microseconds. */
    private record Part(double p50, double p99, double ofService, double ofServer, long failed) {}

    /**
     * @param tellsStatistics whether it is asked for them, too
     * @param witness of its database
     */
    Contender(String name, boolean tellsStatistics, ServiceProcess process, Witness witness) {
        this.name = name;
        this.tellsStatistics = tellsStatistics;
        this.process = process;
        this.witness = witness;
        this.callers = new Callers(process.port(), CONNECTIONS);
    }

    void warmUp(Duration time) {
        callers.asFastAsPossible(CLOSED, time);
    }

    /** Looks for its capacity, beginning with what callers get who ask again as soon as they are answered. */
    void search(Duration trial, long seed, Consumer<String> told) {
        double closed = inTurn(trial);
        double capacity = new Search(callers, trial, seed).from(closed, tried -> told.accept("    " + tried));
        capacities.add(capacity);
        told.accept(String.format(
                Locale.ROOT, "%s: capacity %,.0f; %d callers in turn get %,.0f", name, capacity, CLOSED, closed));
    }

    /** What callers get who ask again as soon as they are answered, when that grows no more. */
    private double inTurn(Duration trial) {
        double before = 0;
        double now = callers.asFastAsPossible(CLOSED, trial).perSecond();
        while (now > GROWS * before) {
            before = now;
            now = callers.asFastAsPossible(CLOSED, trial).perSecond();
        }
        return Math.max(before, now);
    }

    /** Of those that were found. */
    double medianCapacity() {
        return median(capacities);
    }

    /** Asks at a rate, which is some percentage of what is called 100 %. */
    void measure(int percent, double perSecond, Duration time, long seed, Consumer<String> told) throws SQLException {
        if (tellsStatistics) {
            process.ask(ServiceProcess.STATISTICS);
        }
        Answered answered;
        PoolWatch pool = new PoolWatch(() -> process.ask(ServiceProcess.POOL));
        Duration ofService = process.processorTime();
        Duration ofServer = witness.processorTime();
        try (pool) {
            answered = callers.atRate(perSecond, time, seed);
        }
        Part part = new Part(
                answered.millis(0.50),
                answered.millis(0.99),
                answered.micros(process.processorTime().minus(ofService)),
                answered.micros(witness.processorTime().minus(ofServer)),
                answered.failed());
        parts.computeIfAbsent(percent, first -> new ArrayList<>()).add(part);
        told.accept(String.format(
                Locale.ROOT,
                "%s, %d %%: %,.0f asked in a second, %,.0f done, p50 %.2f ms, p99 %.2f ms, longest %.0f ms, %,d failed;"
                        + " processor time of each %.0f us in the service, %.0f us in the server",
                name,
                percent,
                answered.asked(),
                answered.perSecond(),
                part.p50(),
                part.p99(),
                answered.millis(1),
                part.failed(),
                part.ofService(),
                part.ofServer()));
        told.accept("    pool: " + pool.summary());
        if (tellsStatistics) {
            told.accept("    statistics(): " + process.ask(ServiceProcess.STATISTICS));
        }
    }

    /** Medians of the rounds, each with the least and the most. */
    String row(int... percents) {
        Stream<String> times = Arrays.stream(percents)
                .boxed()
                .flatMap(percent -> Stream.of(
                        spread(Contender::millis, percent, Part::p50),
                        spread(Contender::millis, percent, Part::p99),
                        spread(Contender::whole, percent, Part::ofService),
                        spread(Contender::whole, percent, Part::ofServer)));
        return Stream.of(
                        Stream.of(name, spread(Contender::whole, capacities)),
                        times,
                        Stream.of(String.format(Locale.ROOT, "%,d", failed())))
                .flatMap(cells -> cells)
                .collect(Collectors.joining(" | ", "| ", " |"));
    }

    private String spread(DoubleFunction<String> written, int percent, ToDoubleFunction<Part> figure) {
        return spread(
                written,
                parts.getOrDefault(percent, List.of()).stream()
                        .map(figure::applyAsDouble)
                        .toList());
    }

    private static String spread(DoubleFunction<String> written, List<Double> figures) {
        return written.apply(median(figures)) + " (" + written.apply(Collections.min(figures)) + " to "
                + written.apply(Collections.max(figures)) + ")";
    }

    private static String whole(double figure) {
        return String.format(Locale.ROOT, "%,.0f", figure);
    }

    private static String millis(double figure) {
        return String.format(Locale.ROOT, "%.2f", figure);
    }

    private static double median(List<Double> figures) {
        return figures.stream().sorted().toList().get(figures.size() / 2);
    }

    private long failed() {
        return parts.values().stream()
                .flatMap(List::stream)
                .mapToLong(Part::failed)
                .sum();
    }

    /** Whether every request was answered with success, and the books balance. */
    boolean isSound() throws SQLException {
        return failed() == 0 && witness.halfOrders() == 0 && witness.madeOfNothing() == 0;
    }

    @Override
    public void close() throws IOException {
        callers.close();
        process.close();
    }
}
