package org.reactivesessions.postgres.sweep;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.postgres.sweep.Cell.Kind;
import org.reactivesessions.postgres.sweep.Cell.Moment;
import org.reactivesessions.postgres.sweep.Cell.Step;
import org.reactivesessions.testkit.server.ServerCensus;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.core.publisher.Mono;

/** Runs every cell against one dialect and reports what was wrong in each, by a connection of its own to the database. */
final class CancelSweep {

    private final TestDatabase database;
    private final Map<String, String> startup;
    private final Map<Cell, List<String>> results = new LinkedHashMap<>();

    /** @param startup the start-up parameters of the connections */
    CancelSweep(TestDatabase database, Map<String, String> startup) {
        this.database = database;
        this.startup = startup;
    }

    /**
     * Runs cells.
     *
     * @param cells which
     * @param dialects makes the dialect of a cell, from a function that tells of the cancel of a transaction by its name
     */
    Map<Cell, List<String>> run(List<Cell> cells, Function<Function<String, Mono<Void>>, Dialect> dialects)
            throws SQLException {
        try (Connection oracle = database.openJdbc()) {
            oracle.createStatement().execute("DROP TABLE IF EXISTS sweep");
            oracle.createStatement().execute("CREATE TABLE sweep (cell int, part text)");
            int id = 0;
            for (Cell cell : cells) {
                List<String> violations = new ArrayList<>(new CellRun(cell, ++id, database, startup, dialects).run());
                violations.addAll(judge(oracle, cell, id));
                results.put(cell, violations);
            }
        }
        return results;
    }

    private List<String> judge(Connection oracle, Cell cell, int id) throws SQLException {
        List<String> violations = new ArrayList<>();
        long rows = count(oracle, id, "part <> 'follow-up'");
        long expected = cell.mustCommit() ? 2 : 0;
        if (rows != expected) {
            violations.add(rows + " of 2 rows are durable, expected " + expected);
        }
        if (count(oracle, id, "part = 'follow-up'") != 1) {
            violations.add("the next borrower's row is missing");
        }
        ServerCensus census = ServerCensus.await(database, Duration.ofSeconds(5), now -> now.idleInTransaction() == 0);
        if (census.idleInTransaction() != 0) {
            violations.add("a server session is idle in transaction");
        }
        return violations;
    }

    private static long count(Connection oracle, int id, String condition) throws SQLException {
        try (PreparedStatement query =
                oracle.prepareStatement("SELECT count(*) FROM sweep WHERE cell = ? AND " + condition)) {
            query.setInt(1, id);
            try (ResultSet answer = query.executeQuery()) {
                answer.next();
                return answer.getLong(1);
            }
        }
    }

    /** The matrix, one line per step; {@code -} for a cell that was not run. */
    String matrix() {
        StringBuilder text = new StringBuilder("cancel sweep       ");
        for (Kind kind : Kind.values()) {
            for (Moment moment : Moment.values()) {
                text.append(String.format("%12s", kind + " " + moment.name().toLowerCase(Locale.ROOT)));
            }
        }
        for (Step step : Step.values()) {
            text.append(String.format("%n%-19s", step));
            for (Kind kind : Kind.values()) {
                for (Moment moment : Moment.values()) {
                    List<String> violations = results.get(new Cell(step, kind, moment));
                    text.append(
                            String.format("%12s", violations == null ? "-" : violations.isEmpty() ? "ok" : "WRONG"));
                }
            }
        }
        return text.toString();
    }

    List<String> violations() {
        return results.entrySet().stream()
                .filter(entry -> !entry.getValue().isEmpty())
                .map(entry -> entry.getKey() + ": " + String.join("; ", entry.getValue()))
                .collect(Collectors.toList());
    }
}
