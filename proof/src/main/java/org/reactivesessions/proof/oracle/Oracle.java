package org.reactivesessions.proof.oracle;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.reactivesessions.proof.journal.Entry;
import org.reactivesessions.proof.journal.Journals;
import org.reactivesessions.proof.journal.Told;

/**
 * Compares what is in the database with what the clients were told. It goes to the server by plain JDBC, as a superuser and past
 * every proxy, and shares no class with what it judges. It may be run as a program, as often as wanted: {@code Oracle jdbc-url
 * user directory-of-journals}, with the password in {@code PGPASSWORD}.
 */
public final class Oracle {

    private static final String READ = "READ";

    private static final String MEANT_TO_FAIL = "USER_ERROR";
    private static final Pattern INVALID_STATE =
            Pattern.compile("\\[25...\\]|transaction is aborted|read-only transaction|already a transaction");

    private final Ledger ledger;
    private final Journals journals;

    private Oracle(Ledger ledger, Journals journals) {
        this.ledger = ledger;
        this.journals = journals;
    }

    /** Runs it and ends the JVM, with exit code 1 if something is wrong. */
    public static void main(String... arguments) throws SQLException, IOException {
        try (Connection connection =
                DriverManager.getConnection(arguments[0], arguments[1], System.getenv("PGPASSWORD"))) {
            List<Check> checks = judge(connection, Path.of(arguments[2]));
            checks.forEach(System.out::println);
            System.exit(checks.stream().anyMatch(check -> check.violations() > 0) ? 1 : 0);
        }
    }

    /** All checks that database and journals are enough for. */
    public static List<Check> judge(Connection connection, Path directory) throws SQLException, IOException {
        return new Oracle(Ledger.read(connection), Journals.in(directory)).judge();
    }

    /** The check that is asked again later and after a restart: whether what must be there is, and nothing else. */
    public static Check again(Connection connection, Path directory) throws SQLException, IOException {
        Oracle oracle = new Oracle(Ledger.read(connection), Journals.in(directory));
        Check check = new Check("b2", "all of that 30 s later, and after a restart of the server");
        for (Entry entry : oracle.writes().toList()) {
            check.require(entry.known().allows(oracle.isThere(entry.id())), entry);
        }
        return check;
    }

    private List<Check> judge() {
        return List.of(
                acknowledged(),
                denied(),
                resolved(),
                whole(),
                tenants(),
                balances(),
                order(),
                notes(),
                states(),
                answered());
    }

    private Stream<Entry> writes() {
        return journals.entries().stream().filter(entry -> !READ.equals(entry.kind()));
    }

    private boolean isThere(UUID id) {
        return ledger.operations().containsKey(id);
    }

    private Check acknowledged() {
        Check check = new Check("a", "what was acknowledged is in the ledger");
        writes().filter(entry -> entry.known() == Told.ACK).forEach(entry -> check.require(isThere(entry.id()), entry));
        return check;
    }

    private Check denied() {
        Check check = new Check("b", "what was rolled back or not started is not in the ledger");
        writes().filter(entry -> entry.known() == Told.ROLLED_BACK || entry.known() == Told.NOT_STARTED)
                .forEach(entry -> check.require(!isThere(entry.id()), entry));
        return check;
    }

    private Check resolved() {
        Check check = new Check("c", "what was in doubt was resolved, and rightly");
        writes().filter(entry -> entry.isDoubted()
                        || entry.resolved() != null
                        || entry.known() == Told.OPEN
                        || entry.known() == Told.UNKNOWN)
                .forEach(entry -> check.require(
                        entry.known() != Told.UNKNOWN
                                && entry.known() != Told.OPEN
                                && entry.known().allows(isThere(entry.id())),
                        entry));
        return check;
    }

    private Check whole() {
        Check check = new Check("d", "each operation has no row or two, once, and was intended");
        ledger.operations().forEach((id, rows) -> {
            Entry entry = journals.find(id);
            check.require(
                    rows.rows() == 2 && rows.sum() == 0 && entry != null,
                    rows.rows() + " rows with the sum " + rows.sum() + ": " + (entry == null ? id : entry));
        });
        return check;
    }

    private Check tenants() {
        Check check = new Check("d2", "each row was written for the tenant of its operation");
        ledger.operations().forEach((id, rows) -> {
            Entry entry = journals.find(id);
            check.require(entry != null && entry.tenant().equals(rows.tenants()), rows.tenants() + ": " + entry);
        });
        return check;
    }

    private Check balances() {
        Check check = new Check("e", "every balance is what the ledger says, and the sum what it always was");
        check.count(ledger.accounts(), ledger.unbalanced().size(), ledger.unbalanced());
        check.require(
                ledger.total() == Ledger.BALANCE * ledger.accounts(),
                "all accounts have " + ledger.total() + " together");
        return check;
    }

    private Check order() {
        Check check = new Check("f", "the lists were read and written in an order that can be (list-append)");
        Set<UUID> appended = new HashSet<>();
        ledger.lists().values().forEach(appended::addAll);
        List<ListAppend.Transaction> transactions = new ArrayList<>();
        for (Entry entry : journals.entries()) {
            if (entry.known() == Told.ACK || appended.contains(entry.id())) {
                transactions.add(new ListAppend.Transaction(entry.id(), entry.isSerializable(), reads(entry)));
            }
        }
        List<String> anomalies = new ArrayList<>(ListAppend.anomalies(ledger.lists(), transactions));
        for (UUID id : ledger.operations().keySet()) {
            if (!appended.contains(id)) {
                anomalies.add("in the ledger and in no list: " + id);
            }
        }
        for (UUID id : appended) {
            if (!isThere(id)) {
                anomalies.add("in a list and not in the ledger: " + id);
            }
        }
        check.count(
                transactions.size(),
                anomalies.size(),
                anomalies.stream().limit(3).toList());
        return check;
    }

    private static List<ListAppend.Read> reads(Entry entry) {
        return entry.seen().stream()
                .map(seen -> seen.split(":", -1))
                .map(seen -> new ListAppend.Read(Long.parseLong(seen[0]), Integer.parseInt(seen[1]), seen[2]))
                .toList();
    }

    private Check notes() {
        Check check = new Check(
                "g1", "nobody saw the tenant of somebody else, a part of a transfer, or two answers to one question");
        check.count(
                journals.entries().size(),
                journals.alarms().size(),
                journals.alarms().stream().limit(3).toList());
        return check;
    }

    /** Those that mean to fail may hear of it. */
    private Check states() {
        Check check = new Check("g2", "nobody met the state of somebody else's transaction (an error of class 25)");
        for (Entry entry : journals.entries()) {
            if (!MEANT_TO_FAIL.equals(entry.kind())) {
                check.require(!INVALID_STATE.matcher(entry.error()).find(), entry);
            }
        }
        return check;
    }

    private Check answered() {
        Check check = new Check("h1", "everybody was told something");
        journals.entries()
                .forEach(entry -> check.require(entry.told() != Told.NOTHING && entry.known() != Told.NOTHING, entry));
        return check;
    }
}
