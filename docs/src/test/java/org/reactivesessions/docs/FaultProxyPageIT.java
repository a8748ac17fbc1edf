package org.reactivesessions.docs;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.error.CommitOutcomeUnknownException;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.testkit.mock.Answers;
import org.reactivesessions.testkit.mock.MockServer;
import org.reactivesessions.testkit.mock.Script;
import org.reactivesessions.testkit.mock.ServerMessage;
import org.reactivesessions.testkit.proxy.FaultProxy;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.RoundTrips;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The samples of the page "Faults on the wire". */
@ExtendWith(PostgresExtension.class)
class FaultProxyPageIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TestDatabase database;

    FaultProxyPageIT(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void emptyTable() throws SQLException {
        try (Connection oracle = database.openJdbc();
                Statement statement = oracle.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS item (id int)");
            statement.execute("TRUNCATE item");
        }
    }

    private ReactiveSessions through(FaultProxy proxy) {
        return PostgresSessions.builder()
                .host(proxy.host())
                .port(proxy.port())
                .database(database.database())
                .username(database.username())
                .password(database.password())
                .build();
    }

    private static Mono<Long> insert(ReactiveSessions sessions) {
        return sessions.withTransaction(
                session -> session.sql("INSERT INTO item VALUES (1)").rowsUpdated());
    }

    private long rowsInTheDatabase() throws SQLException {
        try (Connection oracle = database.openJdbc();
                Statement statement = oracle.createStatement();
                ResultSet count = statement.executeQuery("SELECT count(*) FROM item")) {
            assertThat(count.next()).isTrue();
            return count.getLong(1);
        }
    }

    @Test
    void hold() throws Exception {
        // spotless:off
        // tag::hold[]
        try (FaultProxy proxy = FaultProxy.start(database.host(), database.port())) {
            ReactiveSessions sessions = through(proxy);
            Rule commit = proxy.hold(FrameMatch.fromClient('Q').sql("^COMMIT").nth(1));

            CompletableFuture<Long> rows = insert(sessions).toFuture();
            commit.awaitHit(PATIENCE);
            // Everything is done, and the server has not seen COMMIT yet.
            assertThat(rowsInTheDatabase()).isZero();

            commit.release();
            assertThat(rows.get(30, SECONDS)).isEqualTo(1);
            sessions.close().block(PATIENCE);
        }
        // end::hold[]
        // spotless:on
    }

    @Test
    void cut() throws Exception {
        try (FaultProxy proxy = FaultProxy.start(database.host(), database.port())) {
            ReactiveSessions sessions = through(proxy);
            // spotless:off
            // tag::cut[]
            proxy.cut(FrameMatch.fromServer('C').answering("^COMMIT"));
            insert(sessions).as(StepVerifier::create).expectError(CommitOutcomeUnknownException.class).verify(PATIENCE);
            assertThat(rowsInTheDatabase()).isEqualTo(1);
            // end::cut[]
            // spotless:on
            sessions.close().block(PATIENCE);
        }
    }

    @Test
    void toxics() {
        try (FaultProxy proxy = FaultProxy.start(database.host(), database.port())) {
            ReactiveSessions sessions = through(proxy);
            // spotless:off
            // tag::toxics[]
            proxy.downstream()
                .latency(Duration.ofMillis(20), Duration.ofMillis(5)) // with jitter
                .bandwidth(1_000_000)                                 // bytes in a second
                .slicer(100, 50, Duration.ofNanos(10_000));           // pieces of 50 to 150 bytes
            // end::toxics[]
            // spotless:on
            assertThat(insert(sessions).block(PATIENCE)).isEqualTo(1);
            sessions.close().block(PATIENCE);
        }
    }

    @Test
    void roundTrips() {
        try (FaultProxy proxy = FaultProxy.start(database.host(), database.port())) {
            ReactiveSessions sessions = through(proxy);
            insert(sessions).block(PATIENCE);
            // spotless:off
            // tag::trips[]
            try (RoundTrips trips = proxy.countRoundTrips()) {
                insert(sessions).block(PATIENCE);
                assertThat(trips.flights()).as("BEGIN with the INSERT, and COMMIT").isEqualTo(2);
            }
            // end::trips[]
            // spotless:on
            sessions.close().block(PATIENCE);
        }
    }

    @Test
    void mock() throws SQLException {
        // spotless:off
        // tag::mock[]
        Answers answers = Answers.standard()
            .toRow("^SELECT name", "Alice")
            .lastTo("^DELETE", ServerMessage.error("FATAL", "57P01", "terminating connection"));
        try (MockServer server = MockServer.start(Script.empty().letIn().serve(answers))) {
            String url = "jdbc:postgresql://" + server.host() + ":" + server.port()
                + "/db?user=me&sslmode=disable&preferQueryMode=simple";
            try (Connection connection = DriverManager.getConnection(url);
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT name FROM customer")) {
                assertThat(row.next()).isTrue();
                assertThat(row.getString(1)).isEqualTo("Alice");
                assertThatThrownBy(() -> statement.execute("DELETE FROM customer")).hasMessageContaining("terminating");
            }
        }
        // end::mock[]
        // spotless:on
    }
}
