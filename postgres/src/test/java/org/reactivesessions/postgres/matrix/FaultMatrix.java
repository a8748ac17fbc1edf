package org.reactivesessions.postgres.matrix;

import static org.reactivesessions.postgres.matrix.Invariant.I1;
import static org.reactivesessions.postgres.matrix.Invariant.I10;
import static org.reactivesessions.postgres.matrix.Invariant.I11;
import static org.reactivesessions.postgres.matrix.Invariant.I12;
import static org.reactivesessions.postgres.matrix.Invariant.I2;
import static org.reactivesessions.postgres.matrix.Invariant.I3;
import static org.reactivesessions.postgres.matrix.Invariant.I4;
import static org.reactivesessions.postgres.matrix.Invariant.I5;
import static org.reactivesessions.postgres.matrix.Invariant.I6;
import static org.reactivesessions.postgres.matrix.Invariant.I7;
import static org.reactivesessions.postgres.matrix.Invariant.I8;
import static org.reactivesessions.postgres.matrix.Invariant.I9;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** The rows of the fault matrix that are about getting a connection and the life of a transaction, and what their tests owe. */
final class FaultMatrix {

    /**
     * A row.
     *
     * @param number its number, by which tests name it
     * @param fault what happens
     * @param phase where it happens
     * @param outcome what is to become of it
     * @param invariants what each of its tests has to check, and may check more
     */
    record Row(int number, String fault, String phase, String outcome, Set<Invariant> invariants) {}

    static final List<Row> ROWS = List.of(
            row(
                    1,
                    "port closed (ECONNREFUSED)",
                    "acquire",
                    "NOT_STARTED, at most three tries; the circuit opens, then refuses at once",
                    I5,
                    I10,
                    I12),
            row(
                    2,
                    "accepts, never answers",
                    "acquire",
                    "NOT_STARTED; given up in time, socket closed, counted",
                    I5,
                    I6),
            row(
                    3,
                    "TLS refused, or stalled after it was granted, under verify-full",
                    "acquire",
                    "NOT_STARTED, no password on the wire",
                    I5,
                    I11),
            row(
                    4,
                    "user or password refused (28P01, 28000)",
                    "acquire",
                    "NOT_STARTED, one try, not counted by the circuit; a source of passwords is asked once more",
                    I11,
                    I12),
            row(
                    5,
                    "too many connections (53300)",
                    "acquire",
                    "tried again within the budget; who waits is served by who is done",
                    I10),
            row(
                    6,
                    "shutting down, starting up (57P03)",
                    "acquire",
                    "tried again with growing waits, within the limit",
                    I5,
                    I10),
            row(
                    7,
                    "pool exhausted, ten waiting for each connection",
                    "acquire",
                    "first come, first served; each within its limit; beyond the queue refused at once",
                    I5,
                    I6),
            row(8, "cancel while queued", "acquire", "out of the queue, the next is served", I6, I9),
            row(9, "cancel races delivery", "acquire", "delivered and given back, or never delivered", I6, I7),
            row(10, "cancel while a connection is opened", "acquire", "pooled or closed, no session left over", I6),
            row(11, "idle connections died (57P01, RST)", "acquire", "replaced before the function runs, unseen", I5),
            row(12, "idle connection half open", "acquire", "asked, destroyed when its time is over, replaced", I5),
            row(
                    13,
                    "primary demoted (0A000 at BEGIN, 25006 behind a good one); operator's read-only switch",
                    "acquire, query",
                    "NOT_STARTED or ROLLED_BACK, retried on the new primary, every connection replaced; refused before BEGIN by"
                            + " the switch, nothing evicted",
                    I10),
            row(
                    14,
                    "the sessions are closed while connections are asked for and given back",
                    "acquire, release",
                    "whoever waits fails, every socket closed after the grace",
                    I6,
                    I9),
            row(
                    15,
                    "cancel during BEGIN",
                    "begin",
                    "undone when BEGIN is answered; the next borrower starts idle",
                    I6,
                    I8),
            row(16, "backend killed during BEGIN", "begin", "NOT_STARTED, transient, connection destroyed", I3, I6),
            row(
                    17,
                    "connection arrives inside a transaction, open or failed",
                    "begin",
                    "destroyed, never used again",
                    I8),
            row(18, "SQL error, the function fails", "query", "ROLLED_BACK, its error, connection kept", I2, I8),
            row(
                    19,
                    "SQL error swallowed by the function",
                    "query → commit",
                    "ROLLED_BACK, an error, no success",
                    I1,
                    I2),
            row(
                    20,
                    "serialization failure, deadlock (40001, 40P01)",
                    "query",
                    "whole function again, if asked to",
                    I4,
                    I10),
            row(21, "backend terminated (57P01)", "query", "ROLLED_BACK, connection destroyed, not run again", I2, I6),
            row(
                    22,
                    "statement_timeout, pg_cancel_backend (57014)",
                    "query",
                    "ROLLED_BACK, connection kept, free only after ReadyForQuery",
                    I2,
                    I8),
            row(
                    23,
                    "one backend killed (SIGKILL), all of the server starts again",
                    "any",
                    "every lease ends, IN_DOUBT in COMMIT; the pool recovers",
                    I1,
                    I2,
                    I3,
                    I10),
            row(
                    24,
                    "backend stopped (SIGSTOP)",
                    "query, rollback",
                    "ROLLED_BACK; cancelled, then closed; the place is free within the limit",
                    I5,
                    I6),
            row(
                    25,
                    "connection lost (RST, FIN) in the middle of an answer",
                    "query",
                    "ROLLED_BACK, no COMMIT sent",
                    I3),
            row(
                    26,
                    "nothing arrives any more, of one side or of both",
                    "query",
                    "ROLLED_BACK; the place is free within the limit; the server ends the session that has no client",
                    I5,
                    I6),
            row(
                    27,
                    "one byte after another",
                    "query",
                    "read right; the limit is on the whole, not on a silence",
                    I5,
                    I9),
            row(
                    28,
                    "a message of a length that is none, or of 1 GiB",
                    "query",
                    "ROLLED_BACK, connection destroyed, nothing collected",
                    I5),
            row(29, "lock not had in time", "query", "ROLLED_BACK (55P03) within lockTimeout", I5),
            row(
                    30,
                    "idle_in_transaction_session_timeout, transaction_timeout",
                    "query, function idle",
                    "ROLLED_BACK, never reported as committed",
                    I1,
                    I2),
            row(
                    31,
                    "function never ends, throws, returns null, signals twice",
                    "query",
                    "ROLLED_BACK within its time, what was thrown; a second signal is not heard",
                    I5,
                    I9),
            row(32, "transaction control in SQL text", "query", "ROLLED_BACK, named, nothing of it sent", I1, I3),
            row(
                    33,
                    "connection or statement used after its end, or in parallel with an inner scope",
                    "query",
                    "IllegalStateException, nothing sent",
                    I7),
            row(
                    34,
                    "no room on the server's disk (53100, 53400)",
                    "query, commit",
                    "ROLLED_BACK, connection kept; the server has answered, so the circuit stays closed",
                    I2,
                    I12),
            row(35, "nested scope fails, outer goes on", "query", "the inner one is undone, and no more", I2),
            row(
                    36,
                    "cancel in the middle of ten million rows",
                    "stream",
                    "ROLLED_BACK; cancelled on the server, the place is free within the limit",
                    I5,
                    I6),
            row(
                    37,
                    "subscriber that asks for nothing",
                    "stream",
                    "ROLLED_BACK at the end of its time; until then no processor time and no rows in memory",
                    I5,
                    I9),
            row(
                    38,
                    "connection lost after some rows",
                    "stream",
                    "ROLLED_BACK, error after them, not run again",
                    I4,
                    I9),
            row(39, "subscriber throws, or takes some rows", "stream", "ROLLED_BACK", I2),
            row(40, "COMMIT lost before the server", "commit", "IN_DOUBT → ROLLED_BACK", I1, I2, I3, I4),
            row(41, "COMMIT done, answer lost", "commit", "IN_DOUBT → COMMITTED", I1, I2, I3, I4),
            row(42, "COMMIT late, after the resolver", "commit", "ROLLED_BACK stays true: the COMMIT fails", I2, I4),
            row(43, "backend dies before the commit record", "commit", "IN_DOUBT → ROLLED_BACK", I3),
            row(
                    44,
                    "killed while it waits for the standby",
                    "commit",
                    "IN_DOUBT → COMMITTED once the standby is back, else unknown",
                    I1,
                    I3),
            row(
                    45,
                    "all processes killed (SIGKILL) around COMMIT",
                    "commit",
                    "IN_DOUBT → exact after recovery",
                    I1,
                    I2,
                    I3),
            row(
                    46,
                    "deferred constraint, 40001 at COMMIT",
                    "commit",
                    "ROLLED_BACK, with the error, connection kept",
                    I2),
            row(
                    47,
                    "cancel or timeout during COMMIT",
                    "commit",
                    "no ROLLBACK; the listener hears the verdict, else IN_DOUBT and closed",
                    I1,
                    I3,
                    I5),
            row(
                    48,
                    "failover loses the commit",
                    "commit",
                    "unknown unless the marker is there, or can be made there",
                    I3),
            row(
                    49,
                    "connection lost in ROLLBACK",
                    "rollback",
                    "ROLLED_BACK, the error kept, the loss suppressed",
                    I2,
                    I9),
            row(
                    50,
                    "ROLLBACK hangs, fails, or undoes nothing",
                    "rollback",
                    "ROLLED_BACK, the error kept; connection destroyed, the place is free within the limit",
                    I5,
                    I6),
            row(
                    51,
                    "reset of the session fails or hangs",
                    "release",
                    "the verdict as it was; connection destroyed, its place free within the limit",
                    I6,
                    I8),
            row(
                    52,
                    "setting, role, temporary table, lock, LISTEN, cursor or prepared statement left behind",
                    "release",
                    "the next borrower sees none of it",
                    I8),
            row(53, "given back twice, or while it is cancelled", "release", "one effect", I6, I7),
            row(
                    54,
                    "an administrator restarts the server while connections lie idle",
                    "idle",
                    "nobody who comes then fails; connections are opened one by one, no faster than was set",
                    I10),
            row(
                    55,
                    "connections opened together reach the end of their life",
                    "idle",
                    "closed one after the other, over at least four fifths of a fifth of that life",
                    I10),
            row(
                    56,
                    "health of a server that is stopped (SIGSTOP)",
                    "idle",
                    "DOWN within its limit, asked once for all who ask, without a place of the pool",
                    I5,
                    I6),
            row(
                    57,
                    "the process itself is stopped (SIGSTOP) for longer than its limits",
                    "any",
                    "no wrong verdict; it goes on; no limit goes by a clock that can be set",
                    I3,
                    I5),
            row(
                    58,
                    "five times the load that can be served, then a normal one",
                    "any",
                    "who cannot be served soon is refused at once; connections stay busy; then nobody is refused",
                    I10));

    /** How many rows the matrix has, numbered from 1. */
    static final int SIZE = 58;

    private FaultMatrix() {}

    private static Row row(
            int number, String fault, String phase, String outcome, Invariant first, Invariant... others) {
        return new Row(number, fault, phase, outcome, EnumSet.of(first, others));
    }

    /**
     * What is wrong with tests as the evidence of rows; nothing if all is well.
     *
     * @param size how many rows there have to be
     */
    static List<String> objections(List<Row> rows, int size, List<Method> tests) {
        List<String> objections = new ArrayList<>();
        if (!rows.stream().map(Row::number).toList().equals(numbers(size))) {
            objections.add("the rows are not those from 1 to " + size);
        }
        for (Row row : rows) {
            List<Method> itsTests = testsOf(row, tests);
            if (itsTests.isEmpty()) {
                objections.add("row " + row.number() + " has no test");
            }
            for (Method test : itsTests) {
                Set<Invariant> missing = EnumSet.copyOf(row.invariants());
                missing.removeAll(Set.of(test.getAnnotation(FaultRow.class).invariants()));
                if (!missing.isEmpty()) {
                    objections.add(test.getName() + " of row " + row.number() + " does not name " + missing);
                }
            }
        }
        for (Method test : tests) {
            int number = test.getAnnotation(FaultRow.class).value();
            if (rows.stream().noneMatch(row -> row.number() == number)) {
                objections.add(test.getName() + " names row " + number + ", which is not in the matrix");
            }
        }
        return objections;
    }

    private static List<Integer> numbers(int size) {
        return IntStream.rangeClosed(1, size).boxed().toList();
    }

    static List<Method> testsOf(Row row, List<Method> tests) {
        return tests.stream()
                .filter(test -> test.getAnnotation(FaultRow.class).value() == row.number())
                .toList();
    }
}
