package org.reactivesessions.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.reactivesessions.testkit.server.Sql.dataDirectory;
import static org.reactivesessions.testkit.server.Sql.execute;
import static org.reactivesessions.testkit.server.Sql.query;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("patient")
class StandbyIT {

    private static final long PATIENCE_SECONDS = 60;

    @TempDir
    private Path temporary;

    private EmbeddedServer primary;

    @BeforeAll
    void startPrimary() {
        primary = EmbeddedServer.start(Map.of("work_mem", "7MB"));
    }

    @AfterAll
    void closePrimary() {
        primary.close();
    }

    @Test
    void aStandbyMustReplayWhatThePrimaryWritesAndRefuseToWrite() throws Exception {
        execute(primary, "CREATE TABLE replayed AS SELECT 1 AS id");
        try (EmbeddedServer standby = primary.startStandby()) {
            assertThat(standby.port()).isNotEqualTo(primary.port());
            assertThat(query(standby, "SELECT pg_is_in_recovery()")).isEqualTo("t");
            assertThat(query(standby, "SELECT count(*) FROM replayed")).isEqualTo("1");
            assertThat(query(standby, "SHOW fsync")).isEqualTo("off");
            assertThat(query(standby, "SHOW work_mem")).isEqualTo("7MB");

            execute(primary, "INSERT INTO replayed VALUES (2)");
            primary.awaitReplay(standby);
            assertThat(query(standby, "SELECT count(*) FROM replayed")).isEqualTo("2");

            assertThatThrownBy(() -> execute(standby, "INSERT INTO replayed VALUES (3)"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("25006"));
        }
    }

    @Test
    void aPromotedStandbyMustTakeWritesAndHearNoMoreOfItsPrimary() throws Exception {
        execute(primary, "CREATE TABLE promoted AS SELECT 1 AS id");
        try (EmbeddedServer standby = primary.startStandby()) {
            standby.promote();
            assertThat(query(standby, "SELECT pg_is_in_recovery()")).isEqualTo("f");
            execute(standby, "INSERT INTO promoted VALUES (20)");
            execute(primary, "INSERT INTO promoted VALUES (10)");
            assertThat(query(standby, "SELECT count(*) FROM pg_stat_wal_receiver"))
                    .isEqualTo("0");
            assertThat(query(standby, "SELECT sum(id) FROM promoted")).isEqualTo("21");
            assertThat(query(primary, "SELECT sum(id) FROM promoted")).isEqualTo("11");

            assertThatThrownBy(standby::promote)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("is no standby, or is promoted already");
            assertThatThrownBy(() -> primary.awaitReplay(standby))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("or is promoted already");

            standby.restart();
            assertThat(query(standby, "SELECT sum(id) FROM promoted")).isEqualTo("21");
            try (EmbeddedServer next = standby.startStandby()) {
                assertThat(query(next, "SELECT sum(id) FROM promoted")).isEqualTo("21");
            }
        }
    }

    @Test
    void aStandbyThatIsCutOffMustLackWhatComesAfterwards() throws Exception {
        TestDatabase original = primary.freshDatabase();
        try (EmbeddedServer standby = primary.startStandby();
                TestDatabase copy = standby.copyOf(original)) {
            standby.cutOff();
            execute(primary, "CREATE TABLE too_late ()");
            standby.promote();
            assertThat(query(standby, "SELECT to_regclass('too_late')")).isNull();
            try (Connection session = copy.openJdbc()) {
                assertThat(session.getCatalog()).isEqualTo(original.database());
            }

            assertThatThrownBy(standby::cutOff)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("is no standby, or is promoted already");
        } finally {
            original.close();
        }
    }

    @Test
    void aServerThatIsNoStandbyMustNotBePromoted() {
        assertThatThrownBy(primary::promote)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the server postgres@127.0.0.1:" + primary.port()
                        + "/postgres is no standby, or is promoted already. Start one with startStandby()");
    }

    @Test
    void aStandbyOfAStandbyMustBeRefused() {
        try (EmbeddedServer standby = primary.startStandby()) {
            assertThatThrownBy(standby::startStandby)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("is itself a standby. Start another standby from its primary");
        }
    }

    @Test
    void aRestartedStandbyMustFollowAgain() throws Exception {
        execute(primary, "CREATE TABLE followed (id int)");
        try (EmbeddedServer standby = primary.startStandby()) {
            standby.restart();
            execute(primary, "INSERT INTO followed VALUES (1)");
            primary.awaitReplay(standby);
            assertThat(query(standby, "SELECT count(*) FROM followed")).isEqualTo("1");
        }
    }

    @Test
    void aPrimaryWhoseCommitsWaitForAnotherStandbyMustNotKeepThisOneWaiting() throws Exception {
        try (EmbeddedServer waiting = EmbeddedServer.start(Map.of("synchronous_standby_names", "nobody"));
                EmbeddedServer standby = waiting.startStandby()) {
            execute(waiting, "SET synchronous_commit = local; CREATE TABLE waited AS SELECT 1 AS id");
            waiting.awaitReplay(standby);
            assertThat(query(standby, "SELECT count(*) FROM waited")).isEqualTo("1");
            assertThatThrownBy(() -> primary.awaitReplay(standby))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("is no standby of postgres@127.0.0.1:" + primary.port());
        }
    }

    @Test
    void tablesAndDatabasesThatComeAndGoMeanwhileMustDoNoHarm() throws Exception {
        execute(primary, "CREATE TABLE rounds (id int)");
        AtomicBoolean enough = new AtomicBoolean();
        CountDownLatch busy = new CountDownLatch(2);
        CompletableFuture<Integer> writer = CompletableFuture.supplyAsync(() -> {
            int round = 0;
            while (!enough.get()) {
                writeOneRound(++round);
                busy.countDown();
            }
            return round;
        });
        assertThat(busy.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        try (EmbeddedServer standby = primary.startStandby()) {
            enough.set(true);
            int rounds = writer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            primary.awaitReplay(standby);
            assertThat(query(standby, "SELECT count(*) FROM rounds")).isEqualTo(Integer.toString(rounds));
        } finally {
            enough.set(true);
            writer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    private void writeOneRound(int round) {
        try (TestDatabase database = primary.freshDatabase();
                Connection connection = database.openJdbc();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE t AS SELECT generate_series(1, 1000) AS id");
            statement.execute("DROP TABLE t");
            execute(primary, "INSERT INTO rounds VALUES (" + round + ")");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aTablespaceMustBeCopiedAndNotShared() throws Exception {
        Path place = Files.createDirectory(temporary.resolve("place"));
        try (EmbeddedServer owner = EmbeddedServer.start()) {
            execute(owner, "CREATE TABLESPACE elsewhere LOCATION '" + place + "'");
            execute(owner, "CREATE TABLE there TABLESPACE elsewhere AS SELECT 1 AS id");
            try (EmbeddedServer standby = owner.startStandby()) {
                execute(owner, "INSERT INTO there VALUES (2)");
                owner.awaitReplay(standby);
                assertThat(query(standby, "SELECT sum(id) FROM there")).isEqualTo("3");
                String where = "SELECT pg_tablespace_location(oid) FROM pg_tablespace WHERE spcname = 'elsewhere'";
                assertThat(Path.of(query(owner, where))).isEqualTo(place);
                assertThat(Path.of(query(standby, where)))
                        .hasParentRaw(dataDirectory(standby).resolveSibling("tablespaces"));
            }
            assertThat(query(owner, "SELECT sum(id) FROM there")).isEqualTo("3");
        }
    }

    @Test
    void aClosedStandbyMustLeaveNothingAndThePrimaryAlone() throws Exception {
        EmbeddedServer standby = primary.startStandby();
        assertThat(query(primary, "SELECT count(*) FROM pg_replication_slots")).isEqualTo("0");
        Path data = dataDirectory(standby);
        ProcessHandle main = ProcessHandle.of(standby.postmasterPid()).orElseThrow();
        List<ProcessHandle> children = main.descendants().toList();
        assertThat(children).isNotEmpty();
        assertThat(data.getParent()).exists();

        standby.close();
        standby.close();
        assertThat(main).matches(process -> !ProcessStamp.isRunning(process));
        assertThat(children).noneMatch(ProcessStamp::isRunning);
        assertThat(data.getParent()).doesNotExist();
        assertThat(query(primary, "SELECT pg_is_in_recovery()")).isEqualTo("f");
    }

    @Test
    void aStandbyMustSurviveTheCloseOfItsPrimaryAndTakeItsPlace() throws Exception {
        EmbeddedServer lost = EmbeddedServer.start();
        try (EmbeddedServer standby = lost.startStandby()) {
            execute(lost, "CREATE TABLE survived AS SELECT 1 AS id");
            lost.awaitReplay(standby);
            lost.close();
            assertThat(query(standby, "SELECT count(*) FROM survived")).isEqualTo("1");
            standby.promote();
            execute(standby, "INSERT INTO survived VALUES (2)");
        } finally {
            lost.close();
        }
    }
}
