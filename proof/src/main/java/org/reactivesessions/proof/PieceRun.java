package org.reactivesessions.proof;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.postgres.CommitMarkerSchema;
import org.reactivesessions.proof.contestant.Contestant;
import org.reactivesessions.proof.contestant.Target;
import org.reactivesessions.proof.journal.Entry;
import org.reactivesessions.proof.journal.Journals;
import org.reactivesessions.proof.journal.Told;
import org.reactivesessions.proof.nemesis.Event;
import org.reactivesessions.proof.nemesis.Nemesis;
import org.reactivesessions.proof.nemesis.Scene;
import org.reactivesessions.proof.nemesis.Schedule;
import org.reactivesessions.proof.oracle.Check;
import org.reactivesessions.proof.oracle.Oracle;
import org.reactivesessions.proof.workload.Operation;
import org.reactivesessions.proof.workload.Script;
import org.reactivesessions.testkit.proxy.FaultProxy;
import org.reactivesessions.testkit.server.EmbeddedServer;
import org.reactivesessions.testkit.server.TestDatabase;

/** One piece of the proof, from the start of its server to the last check. Used by one thread; faults come from another one. */
final class PieceRun implements Scene, AutoCloseable {

    /** The file with every fault, in the directory of a piece. */
    static final String SCHEDULE_LOG = "schedule.log";

    /** The end without faults: one of so many parts of the whole, of operations or of time. */
    private static final int CALM_PART = 10;

    private static final int MOST_CALM = 2_500;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Map<String, String> SERVER = Map.of(
            "max_wal_size", "256MB",
            "autovacuum_naptime", "5s",
            "idle_in_transaction_session_timeout", "5s",
            "log_min_messages", "panic");

    private final PieceSettings settings;
    private final EmbeddedServer server;
    private final TestDatabase database;
    private final FaultProxy proxy;
    private final Contestant contestant;
    private final Set<String> fresh;
    private final Clients clients;
    private final @Nullable Workers workers;
    private final BufferedWriter scheduleLog;
    private final Hygiene hygiene;
    private volatile long deadlineNanos;
    private volatile long calmNanos;
    private long seconds;

    private PieceRun(PieceSettings settings, Function<Target, Contestant> contestants, Hygiene hygiene)
            throws IOException, SQLException {
        this.settings = settings;
        this.hygiene = hygiene;
        Files.createDirectories(settings.directory());
        this.server = EmbeddedServer.start(SERVER);
        this.database = server.freshDatabase();
        try (Connection connection = database.openJdbc();
                Statement statement = connection.createStatement()) {
            statement.execute(CommitMarkerSchema.ddl());
            statement.execute(Script.TABLES);
        }
        this.proxy = FaultProxy.start(server.host(), server.port());
        proxy.outliveClients();
        Target target =
                new Target(proxy.host(), proxy.port(), database.database(), database.username(), database.password());
        this.contestant = contestants.apply(target);
        this.fresh = Residue.fresh(contestant);
        this.clients = new Clients(
                contestant,
                settings.directory(),
                settings.seed(),
                new Clients.Crew("client", 0, settings.clients(), 0),
                settings.transactions(),
                Duration.ZERO);
        this.workers = settings.workers() ? new Workers(target, settings.directory(), settings.seed()) : null;
        this.scheduleLog = Files.newBufferedWriter(settings.directory().resolve(SCHEDULE_LOG), StandardCharsets.UTF_8);
    }

    /** Runs a piece. */
    static Piece of(PieceSettings settings, Function<Target, Contestant> contestants, Hygiene hygiene)
            throws IOException, SQLException, InterruptedException {
        try (PieceRun run = new PieceRun(settings, contestants, hygiene)) {
            return run.run();
        }
    }

    private Piece run() throws IOException, SQLException, InterruptedException {
        hygiene.begin();
        long start = System.nanoTime();
        deadlineNanos = start + settings.time().toNanos();
        calmNanos = deadlineNanos - settings.time().toNanos() / CALM_PART;
        Nemesis nemesis = new Nemesis(this, new Schedule(settings.seed(), settings.faults()));
        CompletableFuture<Void> working = clients.run().toFuture();
        CompletableFuture<Void> raging = CompletableFuture.runAsync(() -> rage(nemesis), task -> {
            Thread thread = new Thread(task, "nemesis");
            thread.setDaemon(true);
            thread.start();
        });
        while (!working.isDone() && System.nanoTime() - deadlineNanos < 0) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        clients.stop();
        raging.join();
        boolean workersEnded = workers == null || workers.stop();
        working.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
        scheduleLog.close();
        List<Check> checks = checks(nemesis, workersEnded);
        return piece(nemesis, checks);
    }

    private void rage(Nemesis nemesis) {
        try {
            nemesis.rage();
        } catch (SQLException failed) {
            throw new IllegalStateException("the nemesis failed: " + failed.getMessage(), failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private List<Check> checks(Nemesis nemesis, boolean workersEnded)
            throws IOException, SQLException, InterruptedException {
        List<Check> checks = new ArrayList<>();
        try (Connection superuser = database.openJdbc()) {
            Check residue = Residue.check(contestant, superuser, fresh);
            residue.require(workersEnded, "the process with further clients did not end by itself");
            try {
                contestant.close();
            } catch (RuntimeException stuck) {
                residue.require(false, "it could not be closed: " + stuck);
            }
            checks.addAll(Oracle.judge(superuser, settings.directory()));
            checks.add(residue);
        }
        checks.add(Timing.deadlines(settings.directory(), settings.slack()));
        checks.add(hygiene.check());
        checks.add(Secrets.check(settings.directory(), List.of(Operation.SECRET, database.password())));
        checks.add(Timing.amplification(settings.directory(), nemesis.longestRecoveryMillis()));
        TimeUnit.NANOSECONDS.sleep(settings.recheck().toNanos());
        server.restart();
        try (Connection superuser = database.openJdbc()) {
            checks.add(Oracle.again(superuser, settings.directory()));
        }
        return checks;
    }

    private long serverVersion() throws SQLException {
        try (Connection connection = database.openJdbc();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW server_version_num")) {
            row.next();
            return row.getLong(1);
        }
    }

    private Piece piece(Nemesis nemesis, List<Check> checks) throws IOException, SQLException {
        Map<String, Long> counts = new LinkedHashMap<>();
        Journals journals = Journals.in(settings.directory());
        counts.put(Piece.TRANSACTIONS, (long) journals.entries().size());
        counts.put(
                Piece.DOUBTS,
                journals.entries().stream().filter(Entry::isDoubted).count());
        counts.put(
                Piece.CANCELS,
                journals.entries().stream()
                        .filter(entry -> entry.told() == Told.LEFT)
                        .count());
        counts.put(
                Piece.KILLS,
                nemesis.struck().entrySet().stream()
                        .filter(struck -> struck.getKey().isKill())
                        .mapToLong(Map.Entry::getValue)
                        .sum());
        counts.put(Piece.SECONDS, seconds);
        counts.put(Piece.SERVER, serverVersion());
        for (Entry entry : journals.entries()) {
            counts.merge("told " + entry.told(), 1L, Long::sum);
            if (entry.resolved() != null) {
                counts.merge("open intents resolved after a kill: " + entry.resolved(), 1L, Long::sum);
            }
        }
        contestant.counts().forEach(count -> counts.put(count.what(), count.number()));
        nemesis.struck().forEach((fault, number) -> counts.put("fault " + fault, (long) number));
        counts.put("longest recovery, ms", nemesis.longestRecoveryMillis());
        return new Piece(
                contestant.name(),
                settings.seed(),
                counts,
                checks.stream().map(Piece.Result::of).toList());
    }

    @Override
    public EmbeddedServer server() {
        return server;
    }

    @Override
    public TestDatabase database() {
        return database;
    }

    @Override
    public FaultProxy proxy() {
        return proxy;
    }

    @Override
    public boolean killClient() throws InterruptedException {
        try {
            return workers != null && workers.kill();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public long begun() {
        return clients.begun();
    }

    @Override
    public boolean isCalm() {
        long calm = Math.min(MOST_CALM, settings.transactions() / CALM_PART);
        return clients.isStopped()
                || clients.begun() >= settings.transactions() - calm
                || System.nanoTime() - calmNanos > 0;
    }

    @Override
    public void log(Event event) {
        try {
            scheduleLog.write(event + "\n");
            scheduleLog.flush();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public long lastSuccessNanos() {
        return clients.lastAckNanos();
    }

    @Override
    public List<Integer> backends() {
        List<Integer> pids = new ArrayList<>();
        try (Connection connection = database.openJdbc();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pid FROM pg_stat_activity WHERE datname ="
                        + " current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
                        + " ORDER BY pid")) {
            while (row.next()) {
                pids.add(row.getInt(1));
            }
        } catch (SQLException away) {
            return List.of();
        }
        return pids;
    }

    @Override
    public void close() {
        if (workers != null) {
            workers.close();
        }
        clients.close();
        proxy.close();
        server.close();
    }
}
