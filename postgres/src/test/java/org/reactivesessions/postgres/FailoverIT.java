package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.error.CommitOutcomeUnknownException;
import org.reactivesessions.postgres.hygiene.ExpectsDrops;
import org.reactivesessions.postgres.hygiene.Secrets;
import org.reactivesessions.testkit.server.EmbeddedCluster;
import org.reactivesessions.testkit.server.EmbeddedServer;
import org.reactivesessions.testkit.server.ServerCensus;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.CommitVerification;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Sessions that are told of both hosts go on when the roles change, without anybody's help. The standby is a synchronous one, so
 * that it has whatever was acknowledged.
 */
@Tag("patient")
@Timeout(180)
@ExpectsDrops // connections are lost with commands unanswered
class FailoverIT {

    private static final int CALLERS = 16;
    private static final int SIZE = 8;
    private static final Duration PAUSE = Duration.ofMillis(20);

    private EmbeddedCluster cluster;
    private TestDatabase database;
    private ReactiveSessions sessions;
    private final Load load = new Load();

    @BeforeEach
    void startCluster() {
        cluster = EmbeddedCluster.start();
        administer("ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()");
        database = cluster.primary().freshDatabase();
        Secrets.know(database.password());
        run(cluster.primary(), "CREATE TABLE written (id int, part int)");
        cluster.awaitReplay();
        sessions = builder().build(); // which opens nothing, for tests that ask for others
    }

    @AfterEach
    void close() {
        load.over.set(true);
        sessions.close().block(ServerFixture.PATIENCE);
        cluster.close();
    }

    private void administer(String... statements) {
        try (Connection admin = cluster.primary().openJdbc();
                Statement statement = admin.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private void run(EmbeddedServer server, String sql) {
        try (Connection oracle = server.copyOf(database).openJdbc();
                Statement statement = oracle.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failed) {
            throw new IllegalStateException(sql, failed);
        }
    }

    /** How many rows of each transaction the primary has. */
    private Map<Integer, Integer> rows() {
        Map<Integer, Integer> rows = new TreeMap<>();
        try (Connection oracle = cluster.primary().copyOf(database).openJdbc();
                Statement statement = oracle.createStatement();
                ResultSet row = statement.executeQuery("SELECT id, count(*) FROM written GROUP BY id")) {
            while (row.next()) {
                rows.put(row.getInt(1), row.getInt(2));
            }
            return rows;
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private PostgresSessions.Builder builder() {
        return PostgresSessions.builder()
                .hosts(address(cluster.primary()), address(cluster.standby()))
                .database(database.database())
                .username(database.username())
                .password(database.password())
                .maxSize(SIZE);
    }

    private static String address(EmbeddedServer server) {
        return server.host() + ":" + server.port();
    }

    /** What callers have tried, and what they have heard. */
    private static final class Load {

        final AtomicBoolean over = new AtomicBoolean();
        final AtomicInteger ids = new AtomicInteger();
        final Set<Integer> acknowledged = ConcurrentHashMap.newKeySet();
        final Set<Integer> undone = ConcurrentHashMap.newKeySet();
        final Set<Integer> unknown = ConcurrentHashMap.newKeySet();

        Mono<Void> callers(ReactiveSessions sessions) {
            Mono<Void> all = Flux.range(0, CALLERS)
                    .flatMap(each -> caller(sessions), CALLERS)
                    .then()
                    .cache();
            all.subscribe();
            return all;
        }

        private Mono<Void> caller(ReactiveSessions sessions) {
            return Mono.defer(() -> {
                        int id = ids.incrementAndGet();
                        return sessions.withTransaction(session -> session.sql("INSERT INTO written VALUES ($1, 1)", id)
                                        .rowsUpdated()
                                        .then(session.sql("INSERT INTO written VALUES ($1, 2)", id)
                                                .rowsUpdated()))
                                .doOnSuccess(done -> acknowledged.add(id))
                                .then()
                                .onErrorResume(error -> {
                                    (error instanceof CommitOutcomeUnknownException ? unknown : undone).add(id);
                                    return Mono.delay(PAUSE).then();
                                });
                    })
                    .repeat(() -> !over.get())
                    .then();
        }
    }

    private void awaitAcknowledged(int more) {
        int target = load.acknowledged.size() + more;
        TwoHosts.await("nothing more is acknowledged", () -> load.acknowledged.size() >= target);
    }

    private void mustBeWhole() {
        Map<Integer, Integer> rows = rows();
        assertThat(rows.values()).as("rows of each transaction").containsOnly(2);
        assertThat(rows.keySet()).as("acknowledged, and there").containsAll(load.acknowledged);
        assertThat(rows.keySet()).as("undone, and not there").doesNotContainAnyElementsOf(load.undone);
    }

    private void say(String what, long since) {
        System.out.printf(
                "%s: an acknowledged transaction after %d ms; %d acknowledged, %d undone, %d in doubt%n",
                what,
                Duration.ofNanos(System.nanoTime() - since).toMillis(),
                load.acknowledged.size(),
                load.undone.size(),
                load.unknown.size());
    }

    @Test
    void callersMustGoOnWhenThePrimaryIsKilledAndTheStandbyPromoted() {
        Mono<Void> callers = load.callers(sessions);
        awaitAcknowledged(10 * CALLERS);
        cluster.primary().crash();
        TwoHosts.await("nobody has noticed", () -> load.undone.size() > CALLERS);
        cluster.promote();
        long promoted = System.nanoTime();
        awaitAcknowledged(1);
        say("failover, since the standby was promoted", promoted);
        awaitAcknowledged(10 * CALLERS);
        load.over.set(true);
        callers.block(ServerFixture.PATIENCE);

        mustBeWhole();
        sessions.quiesced().block(ServerFixture.PATIENCE);
        assertThat(sessions.poolStatus().acquired()).isZero();
        assertThat(sessions.isHealthy().block(ServerFixture.PATIENCE)).isTrue();
    }

    @Test
    void callersMustGoOnWhenTheRolesAreChangedInGoodOrder() {
        Mono<Void> callers = load.callers(sessions);
        awaitAcknowledged(10 * CALLERS);
        long begun = System.nanoTime();
        cluster.switchOver();
        awaitAcknowledged(1);
        say("switch-over, since it began, the return of the other one included", begun);
        awaitAcknowledged(10 * CALLERS);
        load.over.set(true);
        callers.block(ServerFixture.PATIENCE);

        mustBeWhole();
        cluster.awaitReplay();
        assertThat(ServerCensus.of(cluster.standby().copyOf(database)).sessions())
                .as("connections to the primary of before")
                .isEmpty();
        cluster.switchOver();
        load.over.set(false);
        callers = load.callers(sessions);
        awaitAcknowledged(10 * CALLERS);
        load.over.set(true);
        callers.block(ServerFixture.PATIENCE);
        mustBeWhole();
    }

    /** They come to the primary when the standby is gone, and stay where they are when it is promoted. */
    @Test
    void readersOfTheStandbyMustGoOnWhoeverIsGone() {
        sessions = builder().target(HostTarget.PREFER_STANDBY).build();
        AtomicInteger onStandby = new AtomicInteger();
        AtomicInteger onPrimary = new AtomicInteger();
        Mono<Void> readers = Flux.range(0, CALLERS)
                .flatMap(
                        each -> TwoHosts.reachesStandby(sessions)
                                .doOnNext(standby -> (standby ? onStandby : onPrimary).incrementAndGet())
                                .onErrorResume(error -> Mono.delay(PAUSE).then(Mono.empty()))
                                .repeat(() -> !load.over.get())
                                .then(),
                        CALLERS)
                .then()
                .cache();
        readers.subscribe();
        TwoHosts.await("the standby is not read", () -> onStandby.get() > 10 * CALLERS);
        assertThat(onPrimary).hasValue(0);

        cluster.standby().crash();
        TwoHosts.await("the primary is not read", () -> onPrimary.get() > 10 * CALLERS);
        cluster.standby().restart();
        int before = onStandby.get();
        TwoHosts.await("the standby is not read again", () -> {
            sessions.reset().block(ServerFixture.PATIENCE);
            return onStandby.get() > before + 10 * CALLERS;
        });

        cluster.primary().crash();
        cluster.promote();
        int then = onPrimary.get();
        TwoHosts.await("the new primary is not read", () -> onPrimary.get() > then + 10 * CALLERS);
        load.over.set(true);
        readers.block(ServerFixture.PATIENCE);
    }

    /** A transaction in doubt is resolved where the primary is now. */
    @Test
    void aDoubtMustBeResolvedOnTheNewPrimary() {
        run(cluster.primary(), CommitMarkerSchema.ddl());
        TransactionOptions marked = TransactionOptions.defaults()
                .verification(CommitVerification.marker().within(ServerFixture.PATIENCE));
        sessions.withTransaction(
                        marked,
                        session -> session.sql("INSERT INTO written VALUES (1, 1), (1, 2)")
                                .rowsUpdated())
                .block(ServerFixture.PATIENCE);
        cluster.standby().freeze(); // so that COMMIT waits for it
        AtomicBoolean committed = new AtomicBoolean();
        Mono<Long> inDoubt = sessions.withTransaction(
                        marked,
                        session -> session.sql("INSERT INTO written VALUES (2, 1), (2, 2)")
                                .rowsUpdated())
                .doOnSuccess(done -> committed.set(true))
                .cache();
        inDoubt.subscribe(done -> {}, error -> {});
        TwoHosts.await(
                "COMMIT does not wait",
                () -> TwoHosts.number(
                                cluster.primary(),
                                database,
                                "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
                        > 0);
        cluster.primary().crash();
        cluster.standby().thaw();
        cluster.promote();
        inDoubt.onErrorComplete().block(ServerFixture.PATIENCE);

        assertThat(rows().containsKey(2)).as("it is told what is true").isEqualTo(committed.get());
        assertThat(rows().values()).as("rows of each transaction").containsOnly(2);
    }
}
