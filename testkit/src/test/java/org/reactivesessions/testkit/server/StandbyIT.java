package org.reactivesessions.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
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
    void aPasswordOfQuotesAndBackslashesMustReachThePrimary() throws Exception {
        execute(primary, "CREATE ROLE \"o'd\\d\" REPLICATION LOGIN PASSWORD 'p''w\\d '''");
        ServerAddress odd = new ServerAddress(primary.host(), primary.port(), "o'd\\d", "p'w\\d '", "postgres");
        try (EmbeddedServer standby = primary.startStandby()) {
            Path configuration = dataDirectory(standby).resolve("postgresql.auto.conf");
            standby.stop();
            Files.writeString(configuration, PrimaryConnInfo.line(odd) + "\n", StandardOpenOption.APPEND);
            standby.restart();
            primary.awaitReplay(standby);
            assertThat(query(primary, "SELECT count(*) FROM pg_stat_replication WHERE usename = 'o''d\\d'"))
                    .isEqualTo("1");
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

    @Test
    void replicationMustBeAllowedFromLoopbackWithAPasswordOnly() throws Exception {
        assertThat(query(
                        primary,
                        "SELECT string_agg(DISTINCT type || ' ' || auth_method, ', ') FROM pg_hba_file_rules"
                                + " WHERE type <> 'local'"))
                .isEqualTo("host scram-sha-256");
        assertThat(query(
                        primary,
                        "SELECT string_agg(DISTINCT address, ', ' ORDER BY address) FROM pg_hba_file_rules"
                                + " WHERE 'replication' = ANY (database) AND type <> 'local'"))
                .isEqualTo("127.0.0.1, ::1");
    }

    @Test
    void thePasswordMustAppearNowhere() throws Exception {
        EmbeddedServer standby = primary.startStandby();
        try (standby) {
            assertThat(standby.password()).isEqualTo(primary.password());
            assertThat(standby.toString()).doesNotContain(primary.password()).contains(":" + standby.port());
            Path directory = Objects.requireNonNull(dataDirectory(standby).getParent());
            assertThat(directory.resolve("server.log"))
                    .content()
                    .contains("started streaming WAL from primary")
                    .doesNotContain(primary.password());
            assertThat(secretFiles(directory, primary.password())).containsExactly("postgresql.auto.conf");
        }
        assertSaysNoPassword(standby::startStandby, "no standby of postgres@127.0.0.1:" + standby.port());
        assertSaysNoPassword(standby::promote, "was not promoted: ");
        assertSaysNoPassword(() -> primary.awaitReplay(standby), "did not say what it has replayed: ");
        assertSaysNoPassword(() -> standby.awaitReplay(primary), "wrote no mark: ");
    }

    private void assertSaysNoPassword(Runnable failing, String text) {
        assertThatThrownBy(failing::run)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(text)
                .satisfies(e -> assertThat(e).hasStackTraceContaining(text))
                .satisfies(e -> {
                    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                        assertThat(cause.toString()).doesNotContain(primary.password());
                    }
                });
    }

    private static List<String> secretFiles(Path directory, String secret) throws Exception {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> contains(file, secret))
                    .map(file -> String.valueOf(file.getFileName()))
                    .toList();
        }
    }

    private static boolean contains(Path file, String secret) {
        try {
            return Files.isRegularFile(file)
                    && Files.readString(file, StandardCharsets.ISO_8859_1).contains(secret);
        } catch (IOException gone) {
            return false;
        }
    }

    private static Path dataDirectory(EmbeddedServer server) throws SQLException {
        return Path.of(query(server, "SHOW data_directory"));
    }

    private static String query(EmbeddedServer server, String sql) throws SQLException {
        try (Connection connection = server.openJdbc();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private static void execute(EmbeddedServer server, String sql) throws SQLException {
        try (Connection connection = server.openJdbc();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
