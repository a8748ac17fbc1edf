package org.reactivesessions.postgres.doubt;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.reactivesessions.postgres.report.Page;

/** Compares what the processes have answered with the rows that are there. Not thread-safe. */
final class OnceTable {

    private final Applying way;
    private final int operations;
    private final Map<String, Answers> answers = new LinkedHashMap<>();
    private final Set<String> killed = new HashSet<>();

    OnceTable(Applying way, int operations) {
        this.way = way;
        this.operations = operations;
    }

    void add(Jvm jvm, boolean wasKilled) throws IOException {
        answers.put(jvm.name(), jvm.answers());
        if (wasKilled) {
            killed.add(jvm.name());
        }
    }

    int killed() {
        return killed.size();
    }

    void conclude(Oracle oracle, Evidence evidence) throws SQLException {
        Map<String, List<String>> rows = oracle.lists("SELECT id, jvm FROM applied");
        long twice = rows.values().stream().filter(jvms -> jvms.size() > 1).count();
        long missing = operations - (long) rows.size();
        long untrue = answers.entrySet().stream()
                .mapToLong(of -> of.getValue().applied().stream()
                        .filter(id -> !rows.getOrDefault(id, List.of()).equals(List.of(of.getKey())))
                        .count())
                .sum();
        long untold = answers.entrySet().stream()
                .filter(of -> !killed.contains(of.getKey()))
                .mapToLong(of -> untold(of.getKey(), of.getValue(), rows)
                        - of.getValue().event("error CommitOutcomeUnknownException"))
                .filter(number -> number > 0)
                .sum();
        long unanswered = answers.entrySet().stream()
                .filter(of -> !killed.contains(of.getKey()))
                .mapToLong(of -> (long) operations - of.getValue().number())
                .sum();
        evidence.line("");
        evidence.table(table(rows));
        evidence.line(
                "%s: %,d operations applied more than once, %,d never; %,d \"applied\" that are not true, %,d applied by a"
                        + " process that lived but was told otherwise, %,d without an answer.",
                way, twice, missing, untrue, untold, unanswered);
        boolean clean = twice + missing + untrue + untold + unanswered == 0;
        if (way.isWrong()) {
            evidence.line("%s: %s.", way, clean ? "NOT CAUGHT" : "caught");
        }
        if (clean == way.isWrong()) {
            evidence.fault("%s: %s", way, clean ? "not caught" : "not once");
        }
        evidence.line("");
    }

    /** Rows of a process that has not said it applied them. */
    private static long untold(String jvm, Answers its, Map<String, List<String>> rows) {
        return rows.entrySet().stream()
                .filter(row -> row.getValue().contains(jvm) && !its.applied().contains(row.getKey()))
                .count();
    }

    private List<List<String>> table(Map<String, List<String>> rows) {
        List<List<String>> table = new ArrayList<>();
        table.add(List.of(
                "process",
                "end",
                "\"applied\"",
                "\"already applied\"",
                "its rows",
                "rows it could not tell of",
                "doubts COMMITTED",
                "doubts ROLLED_BACK",
                "unknown",
                "other errors, asked again"));
        answers.forEach((jvm, its) -> table.add(List.of(
                jvm,
                killed.contains(jvm) ? "killed" : "by itself",
                Page.figure((long) its.applied().size()),
                Page.figure((long) its.already().size()),
                Page.figure(rows.values().stream()
                        .mapToLong(jvms -> jvms.stream().filter(jvm::equals).count())
                        .sum()),
                Page.figure(untold(jvm, its, rows)),
                Page.figure((long) its.event("resolved COMMITTED")),
                Page.figure((long) its.event("resolved ROLLED_BACK")),
                Page.figure((long) its.event("error CommitOutcomeUnknownException")),
                its.events().keySet().stream()
                        .filter(event -> event.startsWith("error ") && !event.endsWith("CommitOutcomeUnknownException"))
                        .map(event -> its.event(event) + " " + event.substring("error ".length()))
                        .reduce((one, other) -> one + ", " + other)
                        .orElse("–"))));
        return table;
    }
}
