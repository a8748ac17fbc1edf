package org.reactivesessions.proof.nemesis;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.testkit.proxy.FaultProxy;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;

/** Makes the faults of a schedule happen. Used by one thread. */
public final class Nemesis {

    private static final long POLL_MILLIS = 2;
    private static final Duration SERVER_PATIENCE = Duration.ofSeconds(60);
    /** Whoever waits for the answer to COMMIT for 250 ms has given up before that, and looked. */
    private static final int SHORTEST_HOLD_MILLIS = 350;

    private static final String COMMIT = "^commit";
    private static final String MARKER = "reactive_sessions\\.mark\\(";

    private final Scene scene;
    private final Schedule schedule;
    private final Map<FaultKind, Integer> struck = new EnumMap<>(FaultKind.class);
    private final List<Rule> rules = new ArrayList<>();
    private long longestRecoveryMillis;

    public Nemesis(Scene scene, Schedule schedule) {
        this.scene = scene;
        this.schedule = schedule;
    }

    /** Strikes until there are no more faults to be; then everything is whole. */
    public void rage() throws InterruptedException, SQLException {
        try {
            Event event = schedule.next();
            while (!scene.isCalm()) {
                if (event.at() > scene.begun()) {
                    TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
                    continue;
                }
                scene.log(event);
                forgetRules();
                if (strike(event)) {
                    struck.merge(event.fault(), 1, Integer::sum);
                }
                event = schedule.next();
            }
        } finally {
            rules.forEach(Rule::remove);
            awaitServer();
        }
    }

    /** How often each fault has struck. */
    public Map<FaultKind, Integer> struck() {
        return struck;
    }

    /** The longest time from the end of an outage to the next success. */
    public long longestRecoveryMillis() {
        return longestRecoveryMillis;
    }

    private void forgetRules() {
        rules.removeIf(rule -> {
            if (rule.hits() > 0) {
                rule.remove();
                return true;
            }
            return false;
        });
    }

    private boolean strike(Event event) throws InterruptedException, SQLException {
        FaultProxy proxy = scene.proxy();
        switch (event.fault()) {
            case COMMIT_LOST ->
                rules.add(proxy.reset(
                        FrameMatch.fromClient('Q', 'P', 'B').sql(COMMIT).nth(1)));
            case ANSWER_LOST ->
                rules.add(
                        proxy.reset(FrameMatch.fromServer('C').answering(COMMIT).nth(1)));
            case LINK_RESET ->
                rules.add(proxy.reset(FrameMatch.fromServer('D', 'C').nth(1 + event.choice() % 50)));
            case COMMIT_HELD -> hold(proxy, COMMIT, event);
            case MARKER_HELD -> hold(proxy, MARKER, event);
            case SESSION_ENDED -> {
                return onBackend(event, "pg_terminate_backend");
            }
            case STATEMENT_CANCELLED -> {
                return onBackend(event, "pg_cancel_backend");
            }
            case ALL_ENDED ->
                run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                        + " AND pid <> pg_backend_pid()");
            case ALL_RESET -> proxy.resetAll();
            case CLIENT_KILLED -> {
                return scene.killClient();
            }
            default -> {
                return outage(event);
            }
        }
        return true;
    }

    private static void hold(FaultProxy proxy, String sql, Event event) throws InterruptedException {
        Rule rule = proxy.hold(FrameMatch.fromClient('Q', 'P', 'B').sql(sql));
        try {
            TimeUnit.MILLISECONDS.sleep(SHORTEST_HOLD_MILLIS + event.millis() / 4);
        } finally {
            rule.remove();
        }
    }

    /** What nobody can work under; afterwards everybody has to again. */
    private boolean outage(Event event) throws InterruptedException, SQLException {
        FaultProxy proxy = scene.proxy();
        switch (event.fault()) {
            case BACKEND_KILLED -> {
                Integer victim = victim(event);
                if (victim == null || !kill(victim)) {
                    return false;
                }
            }
            case SERVER_KILLED -> {
                scene.server().crash();
                scene.server().restart();
            }
            case RESTARTED -> scene.server().restart();
            case BACKEND_FROZEN -> {
                Integer victim = victim(event);
                if (victim == null) {
                    return false;
                }
                Signals.stopped(victim, Duration.ofMillis(event.millis()));
            }
            case SERVER_FROZEN -> {
                scene.server().freeze();
                try {
                    TimeUnit.MILLISECONDS.sleep(event.millis());
                } finally {
                    scene.server().thaw();
                }
            }
            case BLACK_HOLE -> {
                int sides = event.choice() % 3;
                Rule client = sides != 1 ? proxy.drop(FrameMatch.fromClient()) : null;
                Rule server = sides != 0 ? proxy.drop(FrameMatch.fromServer()) : null;
                TimeUnit.MILLISECONDS.sleep(event.millis());
                proxy.resetAll(); // what was swallowed is lost, so nothing that follows on the same links makes sense
                for (Rule rule : new Rule[] {client, server}) {
                    if (rule != null) {
                        rule.remove();
                    }
                }
            }
            case SLOW -> {
                proxy.latency(Duration.ofMillis(2 + event.choice() % 20));
                TimeUnit.MILLISECONDS.sleep(event.millis());
                proxy.noLatency();
            }
            default -> throw new IllegalArgumentException("no outage: " + event);
        }
        awaitServer();
        awaitSuccess();
        return true;
    }

    private boolean kill(int victim) {
        try {
            scene.server().killBackend(victim);
            return true;
        } catch (IllegalArgumentException gone) {
            return false;
        }
    }

    private boolean onBackend(Event event, String function) throws SQLException {
        Integer victim = victim(event);
        if (victim == null) {
            return false;
        }
        run("SELECT " + function + "(" + victim + ")");
        return true;
    }

    private @Nullable Integer victim(Event event) {
        List<Integer> backends = scene.backends();
        return backends.isEmpty() ? null : backends.get(event.choice() % backends.size());
    }

    private void run(String sql) throws SQLException {
        try (Connection connection = scene.database().openJdbc();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The next fault must not meet a server that is still recovering from this one. */
    private void awaitServer() throws InterruptedException, SQLException {
        long end = System.nanoTime() + SERVER_PATIENCE.toNanos();
        while (true) {
            try {
                run("SELECT 1");
                return;
            } catch (SQLException away) {
                if (System.nanoTime() - end > 0) {
                    throw away;
                }
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
        }
    }

    private void awaitSuccess() throws InterruptedException {
        long healed = System.nanoTime();
        long patience = SERVER_PATIENCE.toNanos();
        while (scene.lastSuccessNanos() - healed < 0 && System.nanoTime() - healed < patience && !scene.isCalm()) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        longestRecoveryMillis =
                Math.max(longestRecoveryMillis, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - healed));
    }
}
