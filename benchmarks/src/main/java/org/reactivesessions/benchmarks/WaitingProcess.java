package org.reactivesessions.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.testkit.server.TestServers;

/**
 * A JVM that does nothing but let callers wait, so that what it has is theirs: how much of the heap, how much memory beside it,
 * how many threads. A lock on the server holds whoever has a connection.
 */
public final class WaitingProcess {

    static final String HEAP = "bytes of heap for each";
    static final String RESIDENT = "KiB beside the heap for each";
    static final String THREADS = "threads more";

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String ANSWER = "figure ";
    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final Duration WARM_UP = Duration.ofMillis(500);

    private static final ChildJvm PROCESS = ChildJvm.of(
            WaitingProcess.class,
            "-Xms512m",
            "-Xmx512m",
            "-XX:+AlwaysPreTouch"); // so that what grows beside the heap is not the heap

    private WaitingProcess() {}

    /** Runs it for a contender. */
    static Map<String, Double> of(Entrant entrant, int callers) throws IOException, InterruptedException {
        Map<String, Double> figures = new LinkedHashMap<>();
        PROCESS.run(LONGEST, entrant.toString(), Integer.toString(callers)).stream()
                .filter(line -> line.startsWith(ANSWER))
                .forEach(line -> {
                    int equals = line.indexOf('=');
                    figures.put(line.substring(ANSWER.length(), equals), Double.valueOf(line.substring(equals + 1)));
                });
        return figures;
    }

    /**
     * Lets them wait, prints what that takes, and ends the JVM.
     *
     * @param arguments the contender, and how many callers
     */
    public static void main(String[] arguments) {
        Program.run(arguments, given -> {
            try (TestDatabase database = TestServers.current().freshDatabase();
                    Bench bench = Bench.on(database)) {
                look(bench, Entrant.named(given[0]), Integer.parseInt(given[1]))
                        .forEach((metric, value) -> System.out.println(ANSWER + metric + "=" + value));
            }
        });
    }

    static Map<String, Double> look(Bench bench, Entrant entrant, int callers)
            throws SQLException, InterruptedException {
        int threadsBefore = threads();
        try (Contender contender = entrant.open(bench.direct())) {
            new ClosedLoop(2 * Contender.POOL, WARM_UP).run(Workload.READ1, contender);
            return look(bench, contender, callers, threadsBefore);
        }
    }

    private static Map<String, Double> look(Bench bench, Contender contender, int callers, int threadsBefore)
            throws SQLException, InterruptedException {
        CountDownLatch rest = new CountDownLatch(callers);
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        Map<String, Double> figures = new LinkedHashMap<>();
        long heap = HeapContent.usedNow();
        OptionalLong resident = resident();
        try (Connection lock = bench.direct().database().openJdbc();
                Statement statement = lock.createStatement()) {
            lock.setAutoCommit(false);
            statement.execute("LOCK TABLE account IN ACCESS EXCLUSIVE MODE");
            for (int number = 0; number < callers; number++) {
                contender.start(Workload.READ1, number % Bench.ACCOUNTS, ended -> {
                    ended.ifPresent(failure::set);
                    rest.countDown();
                });
            }
            Rest.await(statement, Math.min(Contender.POOL, callers), Load.PATIENCE);
            figures.put(HEAP, (HeapContent.usedNow() - heap) / (double) callers);
            OptionalLong now = resident();
            if (resident.isPresent() && now.isPresent()) {
                figures.put(RESIDENT, (now.getAsLong() - resident.getAsLong()) / (double) callers);
            }
            figures.put(THREADS, (double) threads() - threadsBefore);
            if (rest.getCount() < callers) {
                throw new IllegalStateException(callers - rest.getCount() + " did not wait", failure.get());
            }
            lock.rollback();
        }
        if (!rest.await(Load.PATIENCE.toSeconds(), TimeUnit.SECONDS) || failure.get() != null) {
            throw new IllegalStateException(rest.getCount() + " still wait", failure.get());
        }
        return figures;
    }

    private static int threads() {
        return ManagementFactory.getThreadMXBean().getThreadCount();
    }

    /** KiB of the process that are in memory, where the system tells. */
    private static OptionalLong resident() {
        try {
            Optional<String> line = Files.readAllLines(STATUS).stream()
                    .filter(each -> each.startsWith("VmRSS:"))
                    .findFirst();
            return line.map(found -> OptionalLong.of(Long.parseLong(found.replaceAll("[^0-9]", ""))))
                    .orElseGet(OptionalLong::empty);
        } catch (IOException notLinux) {
            return OptionalLong.empty();
        }
    }
}
