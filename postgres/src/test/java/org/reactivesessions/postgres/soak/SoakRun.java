package org.reactivesessions.postgres.soak;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.pool.PoolStatus;
import org.reactivesessions.postgres.cancelrun.LeakWatch;
import org.reactivesessions.postgres.report.Arguments;
import org.reactivesessions.postgres.report.DropWatch;
import org.reactivesessions.postgres.report.Page;
import org.reactivesessions.postgres.soak.Journal.Told;
import org.reactivesessions.testkit.server.ServerCensus;

/**
 * The program: callers, and a nemesis that makes faults happen by a seed; then a time without faults; then it is looked at what is
 * left. It ends with exit code 1 if anything was half, lost, left over or dropped, or if a figure has grown.
 *
 * <p>{@code mvn -q -pl postgres -am test-compile exec:exec@soak -Dsoak.skip=false
 * -Dsoak.args="--seconds 1800 --seed 1 --report docs/results/soak.txt"}
 */
public final class SoakRun {

    private static final int SECONDS = 1_800;
    private static final int CALLERS = 16;
    private static final int SAMPLE_SECONDS = 10;
    private static final int CALM_SECONDS = 60;
    private static final int RECOVERY_SECONDS = 10;
    private static final int FEW_LEAKS = 5;
    private static final int FAULTS_PER_LEAK = 20;
    /** More than callers can do in a second. */
    private static final int MOST_PER_SECOND = 50 * CALLERS;

    private final Page page = new Page(new PrintStream(System.out, true, StandardCharsets.UTF_8));
    private final List<String> objections = new ArrayList<>();
    private final List<Sample> samples = new ArrayList<>();
    private final int seconds;
    private final int calmSeconds;
    private final long seed;
    private final DropWatch drops;
    private final LeakWatch leaks;

    private SoakRun(Arguments options, DropWatch drops, LeakWatch leaks) {
        this.seconds = options.number("seconds", SECONDS);
        this.calmSeconds = Math.min(CALM_SECONDS, seconds / 3);
        this.seed = options.seed();
        this.drops = drops;
        this.leaks = leaks;
    }

    /** Runs it and ends the JVM. */
    public static void main(String... arguments) throws Exception {
        Arguments options = Arguments.parse(List.of("seconds", "seed", "report"), arguments);
        SoakRun run = new SoakRun(options, DropWatch.install(Drops::areExplained), LeakWatch.install());
        try (Scene scene = Scene.open()) {
            run.on(scene);
        }
        run.conclude();
        if (options.report() != null) {
            run.page.writeTo(Objects.requireNonNull(options.report()));
        }
        System.exit(run.objections.isEmpty() ? 0 : 1);
    }

    private void on(Scene scene) throws Exception {
        line(
                "%d callers on %d connections for %d s, the last %d s without faults, with seed %d.",
                CALLERS, Scene.POOL, seconds, calmSeconds, seed);
        line(
                "PostgreSQL %s, fsync %s; Java %s, %d processors.",
                scene.text("SHOW server_version"),
                scene.text("SHOW fsync"),
                Runtime.version(),
                Runtime.getRuntime().availableProcessors());
        line("");
        Journal journal = new Journal(seconds * MOST_PER_SECOND);
        Load load = new Load(scene.sessions(), journal, CALLERS, seed);
        Nemesis nemesis = new Nemesis(scene, seed);
        long start = System.nanoTime();
        CompletableFuture<Void> callers = load.run().toFuture();
        CompletableFuture<Void> sampling = CompletableFuture.runAsync(() -> sample(scene, start));
        nemesis.rage(start + TimeUnit.SECONDS.toNanos(seconds - calmSeconds));
        TimeUnit.SECONDS.sleep(Math.min(RECOVERY_SECONDS, calmSeconds / 2));
        load.expectCalm();
        sampling.get();
        load.stop();
        callers.get(Load.LONGEST.toSeconds(), TimeUnit.SECONDS);
        scene.sessions().quiesced().block(Scene.PATIENCE);

        faults(nemesis);
        ends(scene, load, journal);
        figures();
        ledger(scene, load, journal);
        leftOver(scene, nemesis.faults());
    }

    private void sample(Scene scene, long start) {
        try {
            int every = seconds < 2 * SAMPLE_SECONDS * Growth.FEWEST ? 1 : SAMPLE_SECONDS;
            for (int second = every; second <= seconds; second += every) {
                long wait = start + TimeUnit.SECONDS.toNanos(second) - System.nanoTime();
                TimeUnit.NANOSECONDS.sleep(Math.max(0, wait));
                samples.add(Sample.take(scene, second));
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    // ---------------------------------------------------------------- what is said

    private void faults(Nemesis nemesis) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("fault", "times"));
        nemesis.struck().forEach((fault, times) -> rows.add(List.of(fault.words(), "" + times)));
        page.table(rows);
    }

    private void ends(Scene scene, Load load, Journal journal) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("what callers heard", "times", "such as"));
        load.ends().forEach((end, times) -> rows.add(List.of(end, "" + times, load.example(end))));
        page.table(rows);
        line(
                "The listener heard %s of %d transactions that write and more that read.",
                scene.outcomes(), journal.size());
        line("The longest operation took %d ms.", load.longest().toMillis());
        object(load.longest().compareTo(Load.LONGEST) > 0, "an operation took " + load.longest());
        load.calmErrors()
                .forEach((error, times) -> object(true, times + " x without a fault, after the recovery: " + error));
    }

    private void figures() {
        line("");
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "second",
                "heap kB",
                "direct kB",
                "threads",
                "descriptors",
                "server sessions",
                "acquired",
                "idle",
                "pending",
                "allocated"));
        samples.forEach(sample -> rows.add(sample.cells()));
        page.table(rows);
        if (samples.size() < Growth.FEWEST) {
            line("Too short to say whether anything grows.");
            return;
        }
        List<Growth> all = List.of(
                Growth.of("heap after a collection", "kB", samples, Sample::heap, 8_192),
                Growth.of("direct memory", "kB", samples, Sample::direct, 8_192),
                Growth.of("threads", "", samples, Sample::threads, 4),
                Growth.of("descriptors", "", samples, Sample::descriptors, 6),
                Growth.of("server sessions", "", samples, Sample::sessions, 1));
        line("%s:", Growth.RULE);
        for (Growth growth : all) {
            line(
                    "    %s: median %,.0f %s, %+,.1f over the run, %,.1f allowed: %s",
                    growth.what(),
                    growth.median(),
                    growth.unit(),
                    growth.grown(),
                    growth.allowed(),
                    growth.isFlat() ? "flat" : "GROWS");
            object(!growth.isFlat() && seconds >= SECONDS / 3, growth.what() + " grows");
        }
    }

    private void ledger(Scene scene, Load load, Journal journal) throws SQLException {
        Ledger.Findings found = Ledger.check(scene.database(), journal);
        line("");
        line(
                "Operations: %,d; told committed %,d, absent %,d, in doubt %,d, left before the end %,d, nothing %,d.",
                journal.size(),
                journal.count(Told.COMMITTED),
                journal.count(Told.ABSENT),
                journal.count(Told.IN_DOUBT),
                journal.count(Told.LEFT),
                journal.count(Told.NOTHING));
        line(
                "The ledger: %,d are there; %d half, %d lost, %d there that must not be, %d accounts out of balance.",
                found.there(), found.half(), found.lost(), found.undead(), found.unbalanced());
        found.samples().forEach(sample -> line("    %s", sample));
        object(!found.isConsistent(), "the ledger is not consistent");
        object(journal.count(Told.NOTHING) > 0, journal.count(Told.NOTHING) + " operations were told nothing");
        object(load.wrongRead() != null, String.valueOf(load.wrongRead()));
        long committed = scene.committed("transfer");
        long doubts = doubts(scene.outcomes());
        object(
                found.there() < committed || found.there() > committed + doubts,
                "the listener heard of " + committed + " commits and " + doubts + " doubts, but " + found.there()
                        + " operations are there");
    }

    private static long doubts(Map<TransactionOutcome, ? extends Number> outcomes) {
        Number doubts = outcomes.get(TransactionOutcome.IN_DOUBT);
        return doubts == null ? 0 : doubts.longValue();
    }

    private void leftOver(Scene scene, int faults) throws InterruptedException {
        PoolStatus pool = scene.sessions().poolStatus();
        ServerCensus census =
                ServerCensus.await(scene.database(), Duration.ofSeconds(15), now -> now.idleInTransaction() == 0);
        line(
                "After the end: %d acquired, %d pending, %d allocated; on the server %s, %d advisory locks.",
                pool.acquired(), pool.pending(), pool.allocated(), census.byState(), census.advisoryLocks());
        object(pool.acquired() + pool.pending() != 0, "a place in the pool is lost");
        object(census.advisoryLocks() != 0, "an advisory lock is left");
        object(census.sessions().size() > pool.allocated() + 1, "more sessions on the server than connections");
        scene.sessions().close().block(Scene.PATIENCE);
        ServerCensus.await(
                scene.database(), Duration.ofSeconds(15), now -> now.sessions().isEmpty());
        line(
                "After close(): no session on the server, %d links open.",
                scene.proxy().links());
        long leaked = leaks.collect();
        int allowed = FEW_LEAKS + faults / FAULTS_PER_LEAK;
        line(
                "Dropped signals: %d messages and losses of connections that were closed; others: %d.",
                drops.explained(), drops.count());
        line(
                "Buffers that Netty found leaked: %d. The driver loses some when a connection dies with a parameter or a row in its"
                        + " hands; more than %d would be something else.",
                leaked, allowed);
        drops.samples().forEach(sample -> line("    %s", sample));
        if (leaked > allowed) {
            leaks.samples().forEach(sample -> line("    %s", sample));
        }
        object(drops.count() > 0, drops.count() + " signals were dropped");
        object(leaked > allowed, leaked + " buffers were leaked");
    }

    private void conclude() {
        objections.forEach(objection -> line("FAULT: %s", objection));
        line("%s", objections.isEmpty() ? "PASSED" : "FAILED");
    }

    private void object(boolean wrong, String what) {
        if (wrong) {
            objections.add(what);
        }
    }

    private void line(String format, Object... arguments) {
        page.line(String.format(Locale.ROOT, format, arguments));
    }
}
