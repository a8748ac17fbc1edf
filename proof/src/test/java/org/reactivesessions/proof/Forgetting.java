package org.reactivesessions.proof;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.reactivesessions.proof.contestant.Contestant;
import org.reactivesessions.proof.contestant.Target;
import org.reactivesessions.proof.contestant.Verdict;
import org.reactivesessions.proof.workload.Operation;
import org.reactivesessions.proof.workload.Witness;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Forgets at once that a transaction was fenced, as the database does a day later: time passes faster here. Thread-safe. */
final class Forgetting implements Contestant {

    private static final long POLL_MILLIS = 5;

    private final Contestant contestant;
    private final Target target;
    private final Thread forgetter;

    Forgetting(Contestant contestant, Target target) {
        this.contestant = contestant;
        this.target = target;
        this.forgetter = new Thread(this::forget, "forgetter");
        forgetter.setDaemon(true);
        forgetter.start();
    }

    private void forget() {
        while (!Thread.currentThread().isInterrupted()) {
            try (Connection connection = DriverManager.getConnection(
                            "jdbc:postgresql://" + target.host() + ":" + target.port() + "/" + target.database(),
                            target.username(),
                            target.password());
                    Statement statement = connection.createStatement()) {
                while (true) {
                    statement.execute("DELETE FROM reactive_sessions.commit_marker WHERE fenced");
                    TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
                }
            } catch (SQLException away) {
                // and again
            } catch (InterruptedException end) {
                return;
            }
        }
    }

    @Override
    public String name() {
        return contestant.name();
    }

    @Override
    public Mono<Verdict> run(Operation operation, Witness witness) {
        return contestant.run(operation, witness);
    }

    @Override
    public Mono<Verdict> afterCancel(Operation operation) {
        return contestant.afterCancel(operation);
    }

    @Override
    public Flux<String> onEachConnection(String sql) {
        return contestant.onEachConnection(sql);
    }

    @Override
    public Holding holding() {
        Holding its = contestant.holding();
        return new Holding(its.acquired(), its.pending(), its.allocated() + 1); // that of the forgetter
    }

    @Override
    public void close() {
        forgetter.interrupt();
        contestant.close();
    }
}
