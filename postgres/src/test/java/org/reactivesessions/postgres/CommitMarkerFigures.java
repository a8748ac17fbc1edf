package org.reactivesessions.postgres;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.reactivesessions.testkit.server.EmbeddedServer;
import org.reactivesessions.testkit.server.TestDatabase;

/**
 * The program that measures what commit markers cost inside the server: microseconds per mark, how long it takes to forget a day,
 * and whether anybody who leaves a marker meanwhile waits. On an embedded server that flushes to disk. What they cost a
 * transaction, and their bytes, are measured by the suite {@code marker} of the benchmarks.
 *
 * <p>{@code mvn -q -pl postgres -am test-compile exec:exec@marker -DmarkerFigures.skip=false > docs/results/marker-purge.txt}
 */
public final class CommitMarkerFigures {

    private static final int ROWS = 100_000;
    private static final int MILLION = 1_000_000;
    private static final int WRITERS = 2;
    private static final int PURGES = 5;
    private static final String VERSION_7 =
            "(lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0')"
                    + " || '7' || substr(md5(random()::text), 1, 3) || '8' || substr(md5(random()::text), 1, 15))::uuid";

    private final PrintStream out;
    private final TestDatabase database;
    private final JdbcSession session;

    private CommitMarkerFigures(PrintStream out, TestDatabase database, JdbcSession session) {
        this.out = out;
        this.database = database;
        this.session = session;
    }

    /**
     * Runs it and ends the JVM.
     *
     * @param arguments none
     */
    public static void main(String... arguments) {
        try (EmbeddedServer server = EmbeddedServer.start(Map.of("fsync", "on"));
                TestDatabase database = server.freshDatabase();
                JdbcSession session = JdbcSession.open(database)) {
            CommitMarkerFigures figures = new CommitMarkerFigures(
                    new PrintStream(System.out, true, StandardCharsets.UTF_8), database, session);
            session.run(CommitMarkerSchema.ddl());
            figures.say("PostgreSQL %s, fsync on", String.valueOf(session.text("SHOW server_version")));
            figures.marks();
            figures.purges();
        }
        System.exit(0);
    }

    private void say(String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values));
    }

    private double millis(String sql) {
        long start = System.nanoTime();
        session.run(sql);
        return (System.nanoTime() - start) / 1e6;
    }

    private void marks() {
        double tokens = millis("SELECT count(" + VERSION_7 + ") FROM generate_series(1, " + ROWS + ")");
        double marks = millis("SELECT count(reactive_sessions.mark(" + VERSION_7
                + ", 3600000)) FROM generate_series(1, " + ROWS + ")");
        say("one mark, inside the server and one transaction: %.1f us", (marks - tokens) * 1000 / ROWS);
    }

    private void fillUnused() {
        session.run("INSERT INTO reactive_sessions.commit_marker SELECT gen_random_uuid(),"
                + " reactive_sessions.unused_slot(clock_timestamp()), false FROM generate_series(1, " + MILLION + ")");
        session.run("CHECKPOINT");
    }

    private void purges() {
        session.run("SELECT reactive_sessions.purge()");
        List<Double> empty = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            empty.add(millis("SELECT reactive_sessions.purge()"));
        }
        say("purge of an empty partition: %.2f ms (median of 100, a round trip included)", median(empty));
        List<Double> full = new ArrayList<>();
        List<Double> alone = new ArrayList<>();
        List<Double> beside = new ArrayList<>();
        for (int i = 0; i < PURGES; i++) {
            fillUnused();
            alone.add(slowestMarkDuring("SELECT pg_sleep(0.5)"));
            beside.add(slowestMarkDuring(
                    "SELECT pg_sleep(0.2)", "SELECT reactive_sessions.purge()", "SELECT pg_sleep(0.2)"));
            fillUnused();
            full.add(millis("SELECT reactive_sessions.purge()"));
        }
        say("purge of %,d rows: %.1f to %.1f ms", MILLION, min(full), max(full));
        say("the slowest of the marks of %d writers in half a second, %d times, in ms", WRITERS, PURGES);
        say("  without a purge:           %s", list(alone));
        say("  with one of %,d rows: %s", MILLION, list(beside));
        fillUnused();
        session.run("BEGIN").run("SELECT reactive_sessions.purge()");
        double marking = slowest(new AtomicBoolean(true));
        say("  one mark while the transaction of a purge is held open: %.1f ms", marking);
        session.run("ROLLBACK");
    }

    private double slowestMarkDuring(String... statements) {
        AtomicBoolean over = new AtomicBoolean();
        List<CompletableFuture<Double>> writers = LongStream.range(0, WRITERS)
                .mapToObj(each -> CompletableFuture.supplyAsync(() -> slowest(over)))
                .toList();
        List.of(statements).forEach(session::run);
        over.set(true);
        return writers.stream().mapToDouble(CompletableFuture::join).max().orElseThrow();
    }

    /** Leaves markers, each in a transaction of its own, at least one, and returns the longest of the times in milliseconds. */
    private double slowest(AtomicBoolean over) {
        MarkerTokens tokens = new MarkerTokens(InstantSource.system());
        double longest = 0;
        try (JdbcSession writer = JdbcSession.open(database)) {
            writer.run(
                    "SELECT reactive_sessions.mark('" + tokens.next() + "', 10000)"); // the first one has to compile it
            do {
                long start = System.nanoTime();
                writer.run("SELECT reactive_sessions.mark('" + tokens.next() + "', 10000)");
                longest = Math.max(longest, (System.nanoTime() - start) / 1e6);
            } while (!over.get());
        }
        return longest;
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }

    private static double min(List<Double> values) {
        return values.stream().mapToDouble(each -> each).min().orElseThrow();
    }

    private static double max(List<Double> values) {
        return values.stream().mapToDouble(each -> each).max().orElseThrow();
    }

    private static String list(List<Double> values) {
        StringBuilder text = new StringBuilder();
        values.stream().sorted().forEach(each -> text.append(String.format(Locale.ROOT, "%.1f ", each)));
        return text.toString().trim();
    }
}
