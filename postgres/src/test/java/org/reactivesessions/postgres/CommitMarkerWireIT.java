package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.api.PostgresqlStatement;
import io.r2dbc.spi.Result;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.dialect.CommitAnswer;
import org.reactivesessions.testkit.proxy.FaultProxy;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.core.publisher.Mono;

/** A marker and COMMIT behind it in one flight, on the driver's connection: what both are answered, and what is left. */
@ExtendWith(PostgresExtension.class)
class CommitMarkerWireIT {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final String ROLE = "commit_marker_wire_it";

    /** What became of a flight. */
    private record Flight(
            @Nullable Throwable marker, @Nullable Throwable commit) {}

    private final PostgresDialect dialect = new PostgresDialect();
    private final PostgresCommitMarker marker = new PostgresCommitMarker();
    private final UUID token = marker.token();
    private final FaultProxy proxy;
    private final PostgresqlConnection connection;
    private final JdbcSession oracle;

    CommitMarkerWireIT(TestDatabase database) {
        oracle = JdbcSession.open(database);
        proxy = FaultProxy.start(database.host(), database.port());
        connection = Objects.requireNonNull(new PostgresqlConnectionFactory(PostgresqlConnectionConfiguration.builder()
                        .host(proxy.host())
                        .port(proxy.port())
                        .database(database.database())
                        .username(database.username())
                        .password(database.password())
                        .fetchSize(10) // would make it the protocol of one command each
                        .build())
                .create()
                .block(ServerFixture.PATIENCE));
    }

    @BeforeEach
    void install() {
        oracle.run("DROP SCHEMA IF EXISTS reactive_sessions CASCADE").run(CommitMarkerSchema.ddl());
        oracle.run("DROP TABLE IF EXISTS item").run("CREATE TABLE item (id int)");
        oracle.run("DROP ROLE IF EXISTS " + ROLE).run("CREATE ROLE " + ROLE);
    }

    @AfterEach
    void close() {
        connection.close().block(ServerFixture.PATIENCE);
        oracle.run("DROP SCHEMA IF EXISTS reactive_sessions CASCADE").run("DROP ROLE " + ROLE);
        oracle.close();
        proxy.close();
    }

    private void run(String sql) {
        connection
                .createStatement(sql)
                .execute()
                .concatMap(Result::getRowsUpdated)
                .onErrorComplete(error -> sql.startsWith("SELECT 1/0"))
                .blockLast(ServerFixture.PATIENCE);
    }

    /** Both are subscribed before either is answered. */
    private Flight commit(UUID with, Duration within, boolean always) {
        AtomicReference<Throwable> refused = new AtomicReference<>();
        AtomicReference<Throwable> failed = new AtomicReference<>();
        Mono.when(
                        Mono.fromDirect(marker.mark(connection, with, within, always))
                                .doOnError(refused::set)
                                .onErrorComplete(),
                        Mono.fromDirect(dialect.commit(connection))
                                .doOnError(failed::set)
                                .onErrorComplete())
                .block(ServerFixture.PATIENCE);
        return new Flight(refused.get(), failed.get());
    }

    private @Nullable String rows() {
        return oracle.text("SELECT count(*) FROM reactive_sessions.commit_marker");
    }

    @ParameterizedTest
    @CsvSource({"true,false,1", "false,false,0", "false,true,1", "true,true,1"})
    void theMarkerMustBeLeftIfSomethingWasWrittenOrAlways(boolean writes, boolean always, String rows) {
        run("BEGIN");
        run(writes ? "INSERT INTO item VALUES (1)" : "SELECT count(*) FROM item");
        Flight flight = commit(token, MINUTE, always);
        assertThat(flight).isEqualTo(new Flight(null, null));
        assertThat(rows()).isEqualTo(rows);
        assertThat(oracle.text(marker.resolution(token))).isEqualTo(rows.equals("1") ? "t" : "f");
        assertThat(dialect.inTransaction(connection)).isFalse();
    }

    /** Also what a savepoint has left, or what was undone to one. */
    @ParameterizedTest
    @ValueSource(strings = {"RELEASE a", "ROLLBACK TO a"})
    void whatASavepointHasWrittenMustCount(String end) {
        run("BEGIN");
        run("SAVEPOINT a");
        run("INSERT INTO item VALUES (1)");
        run(end);
        assertThat(commit(token, MINUTE, false)).isEqualTo(new Flight(null, null));
        assertThat(rows()).isEqualTo("1");
    }

    private <T> List<Optional<T>> column(String sql, Class<T> type) {
        PostgresqlStatement statement = connection.createStatement(sql);
        return (sql.contains("$1") ? statement.bind(0, "order 1") : statement)
                .execute()
                .concatMap(result -> result.map(row -> Optional.ofNullable(row.get(0, type))))
                .collectList()
                .blockOptional(ServerFixture.PATIENCE)
                .orElseThrow();
    }

    @Test
    void whatIsAskedMustBeAnsweredByOneRowOfTheTypeThatIsPromised() {
        UUID old = new PostgresCommitMarker(InstantSource.fixed(Instant.EPOCH)).token();
        assertThat(column(marker.readiness(), String.class)).containsExactly(Optional.empty());
        assertThat(column(marker.resolution(token), Boolean.class)).containsExactly(Optional.of(false));
        assertThat(column(marker.resolution(old), Boolean.class)).containsExactly(Optional.empty());
        assertThat(column(marker.purge(), String.class)).hasSize(1);
        assertThat(column(marker.claim(), Instant.class)).containsExactly(Optional.empty());
        assertThat(column(marker.claim(), Instant.class))
                .singleElement()
                .satisfies(applied -> assertThat(applied).isPresent());
    }

    @Test
    void bothMustBeOnTheWireBeforeTheFirstIsAnswered() {
        run("BEGIN");
        run("INSERT INTO item VALUES (1)");
        Rule answer = proxy.hold(FrameMatch.fromServer('C').answering("mark").nth(1));
        Rule sent = proxy.watch(FrameMatch.fromClient('Q').sql("^COMMIT"));
        Mono<Void> marking =
                Mono.fromDirect(marker.mark(connection, token, MINUTE, false)).cache();
        marking.subscribe();
        Mono<Void> committing = Mono.fromDirect(dialect.commit(connection)).cache();
        committing.subscribe();
        answer.awaitHit(ServerFixture.PATIENCE);
        sent.awaitHit(ServerFixture.PATIENCE);
        answer.remove();
        marking.then(committing).block(ServerFixture.PATIENCE);
        assertThat(oracle.text(marker.resolution(token))).isEqualTo("t");
    }

    /** Whatever the marker was answered, COMMIT ends the transaction, and says that it was rolled back. */
    private void assertRefused(UUID with, Duration within, String explanation) {
        Flight flight = commit(with, within, false);
        assertThat(flight.marker()).isNotNull();
        assertThat(flight.commit()).isNotNull();
        assertThat(dialect.isServerError(Objects.requireNonNull(flight.marker())))
                .isTrue();
        assertThat(dialect.commitAnswer(Objects.requireNonNull(flight.commit())))
                .isEqualTo(CommitAnswer.ROLLED_BACK);
        assertThat(marker.refusal(Objects.requireNonNull(flight.marker()))).startsWith(explanation);
        assertThat(dialect.inTransaction(connection)).isFalse();
        assertThat(oracle.text("SELECT count(*) FROM item")).isEqualTo("0");
        run("SELECT count(*) FROM item");
    }

    private void write() {
        run("BEGIN");
        run("INSERT INTO item VALUES (1)");
    }

    @Test
    void aFenceMustBeExplained() {
        write();
        oracle.run(marker.resolution(token));
        assertRefused(token, MINUTE, "the transaction was given up before its COMMIT reached the database");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1})
    void aLateCommitMustBeExplained(long millis) {
        write();
        run("SELECT pg_sleep(0.01)");
        assertRefused(token, Duration.ofMillis(millis), "COMMIT reached the database after its limit");
    }

    @Test
    void aLimitBeyondAllMeansMustBeNone() {
        write();
        assertThat(commit(token, Duration.ofSeconds(Long.MAX_VALUE), false)).isEqualTo(new Flight(null, null));
    }

    @ParameterizedTest
    @ValueSource(ints = {-13, 13})
    void clocksThatDisagreeMustBeExplained(int hours) {
        PostgresCommitMarker elsewhere =
                new PostgresCommitMarker(InstantSource.offset(InstantSource.system(), Duration.ofHours(hours)));
        write();
        assertRefused(elsewhere.token(), MINUTE, "the clocks of this process and of the database are 12 hours apart");
    }

    @ParameterizedTest
    @ValueSource(strings = {"SET TRANSACTION READ ONLY", "SET LOCAL transaction_read_only = on"})
    void aTransactionThatWasMadeReadOnlyMustBeExplained(String sql) {
        write();
        run(sql);
        assertRefused(token, MINUTE, "the transaction was made read-only from within");
    }

    @Test
    void anErrorThatWasSwallowedMustBeExplained() {
        write();
        run("SELECT 1/0");
        assertRefused(token, MINUTE, "an earlier statement had failed, and its error was swallowed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DROP SCHEMA reactive_sessions CASCADE",
                "DROP FUNCTION reactive_sessions.mark(uuid, bigint)",
                "DROP TABLE reactive_sessions.commit_marker"
            })
    void whatIsMissingMustBeExplained(String drop) {
        oracle.run(drop);
        write();
        assertRefused(token, MINUTE, "what it takes to leave a marker is not in this database");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "REVOKE USAGE ON SCHEMA reactive_sessions FROM PUBLIC",
                "REVOKE EXECUTE ON FUNCTION reactive_sessions.mark(uuid, bigint) FROM PUBLIC"
            })
    void aRightThatIsMissingMustBeExplained(String revoke) {
        oracle.run(revoke);
        write();
        run("SET LOCAL ROLE " + ROLE);
        assertRefused(token, MINUTE, "the role of the transaction may not leave a marker");
    }

    @Test
    void anythingElseMustBeShown() {
        assertThat(marker.refusal(new IllegalStateException("broken pipe")))
                .isEqualTo("the database did not take its marker: broken pipe");
        oracle.run("ALTER TABLE reactive_sessions.commit_marker ADD CHECK (fenced)");
        write();
        assertRefused(token, MINUTE, "the database did not take its marker: ");
    }
}
