package org.reactivesessions.proof;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.reactivesessions.proof.contestant.Contestant;
import org.reactivesessions.proof.contestant.Contestant.Holding;
import org.reactivesessions.proof.oracle.Check;
import reactor.util.retry.Retry;

/** What is left on connections and on the server when everybody has stopped: nothing, if all is well. Stateless. */
final class Residue {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration PROBE = Duration.ofMinutes(2);
    private static final long POLL_MILLIS = 20;
    private static final int TRIES = 200;

    /** What a session can be told, but for the settings of languages, which come when they are first used; and what it listens to. The wait lets all of them be in use at once. */
    private static final String STATE =
            "SELECT md5(string_agg(name || '=' || setting, ';' ORDER BY name)) || ' tenant='"
                    + " || coalesce(nullif(current_setting('proof.tenant', true), ''), 'nobody') || ' listens='"
                    + " || (SELECT count(*) FROM pg_listening_channels()) FROM pg_settings, pg_sleep(0.2)"
                    + " WHERE name NOT LIKE '%.%'";

    private Residue() {}

    /** How fresh connections look. */
    static Set<String> fresh(Contestant contestant) {
        return states(contestant);
    }

    private static Set<String> states(Contestant contestant) {
        List<String> states = contestant
                .onEachConnection(STATE)
                .collectList()
                .retryWhen(Retry.fixedDelay(
                        TRIES, Duration.ofMillis(200))) // a machine may be busy when all are opened at once
                .block(PROBE);
        return new TreeSet<>(states == null ? List.of() : states);
    }

    static Check check(Contestant contestant, Connection superuser, Set<String> fresh)
            throws SQLException, InterruptedException {
        Check check = new Check("g", "nothing is left behind: in the pool, on its connections, on the server");
        Holding holding = settled(contestant);
        check.require(
                holding.acquired() == 0 && holding.pending() == 0,
                "in use " + holding.acquired() + ", waiting " + holding.pending() + " after the end");
        Set<String> states = Set.of();
        String failure = "";
        try {
            states = states(contestant);
        } catch (RuntimeException stuck) {
            failure = String.valueOf(stuck);
        }
        check.require(failure.isEmpty(), "not every connection can be used: " + failure);
        check.require(fresh.containsAll(states), "connections that were fresh: " + fresh + ", at the end: " + states);
        Holding after = settled(contestant);
        long sessions = number(
                superuser,
                "count(*) FROM pg_stat_activity WHERE datname = current_database()"
                        + " AND backend_type = 'client backend' AND pid <> pg_backend_pid()");
        check.require(
                sessions >= after.allocated() && sessions <= after.allocated() + 1, // and one for health
                sessions + " sessions on the server, " + after.allocated() + " connections in the pool");
        check.count(
                1,
                number(superuser, "count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"),
                "sessions idle in a transaction");
        check.count(1, number(superuser, "count(*) FROM pg_locks WHERE locktype = 'advisory'"), "advisory locks");
        check.count(1, number(superuser, "count(*) FROM pg_class WHERE relpersistence = 't'"), "temporary tables");
        check.count(1, number(superuser, "count(*) FROM pg_prepared_xacts"), "prepared transactions");
        return check;
    }

    private static Holding settled(Contestant contestant) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        Holding holding = contestant.holding();
        while ((holding.acquired() > 0 || holding.pending() > 0) && System.nanoTime() - end < 0) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            holding = contestant.holding();
        }
        return holding;
    }

    private static long number(Connection connection, String what) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT " + what)) {
            row.next();
            return row.getLong(1);
        }
    }
}
