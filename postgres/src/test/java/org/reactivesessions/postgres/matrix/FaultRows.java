package org.reactivesessions.postgres.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.ValidationDepth;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.Session;
import org.reactivesessions.postgres.CommitMarkerSchema;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.testkit.proxy.FaultProxy;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.CommitVerification;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What the tests of all rows have: sessions on one warm connection behind a proxy, operations that write into
 * {@code effect}, and the checks. Every test has them anew.
 */
@Tag("patient")
@ExtendWith({PostgresExtension.class, InvariantsChecked.class})
abstract class FaultRows {

    static final TransactionOptions DEFAULTS = TransactionOptions.defaults();
    static final TransactionOptions MARKED = DEFAULTS.verification(CommitVerification.marker());

    /** Lets every idle connection be asked before it is used. */
    static final Duration ALWAYS_ASKED = Duration.ofNanos(1);

    /** The start-up of a connection of the pool, which has the guard, and not of the one for health. */
    static final FrameMatch OF_POOL = FrameMatch.startup().containing("default_transaction_read_only");

    private final ServerFixture fixture;
    private final Check check;
    private final AtomicInteger operations = new AtomicInteger();

    FaultRows(TestDatabase database, UnaryOperator<PostgresSessions.Builder> settings) {
        fixture = ServerFixture.with(database, settings);
        // What a failed test has left must not fail this one as well.
        fixture.run("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
                + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
        fixture.run("DROP TABLE IF EXISTS effect, taken, after_fault");
        fixture.run("CREATE TABLE effect (operation int); CREATE TABLE after_fault (id int);"
                + " CREATE TABLE taken AS SELECT 1 AS id; ALTER TABLE taken ADD PRIMARY KEY (id)");
        check = new Check(fixture);
        backend();
    }

    /** Has everything loaded that a first connection needs, for tests whose limits are too short for that. */
    static TestDatabase warmedUp(TestDatabase database) {
        return warmedUp(database, settings -> settings);
    }

    static TestDatabase warmedUp(TestDatabase database, UnaryOperator<PostgresSessions.Builder> settings) {
        try (ServerFixture fixture = ServerFixture.with(database, settings)) {
            fixture.sessions()
                    .withTransaction(session -> session.sql("SELECT 1").execute())
                    .block(ServerFixture.PATIENCE);
        }
        return database;
    }

    @AfterEach
    void leaveNothingBehind() {
        fixture.close();
    }

    ServerFixture fixture() {
        return fixture;
    }

    FaultProxy proxy() {
        return fixture.proxy();
    }

    Check check() {
        return check;
    }

    Operation operation() {
        return new Operation(fixture, operations.incrementAndGet());
    }

    /** Starts a transaction that writes its effect and then works. */
    Operation start(Function<Session, ? extends Mono<?>> work) {
        return start(DEFAULTS, work);
    }

    Operation start(TransactionOptions options, Function<Session, ? extends Mono<?>> work) {
        Operation operation = operation();
        return operation.start(operation.mono(options, work));
    }

    /** Starts a transaction that writes its effect and then streams. */
    Operation startMany(Function<Session, ? extends Flux<?>> work) {
        Operation operation = operation();
        return operation.start(operation.flux(DEFAULTS, work));
    }

    /** Installs markers, and has them looked for and purged, which is done with the first transaction that leaves one. */
    void installMarkers() {
        fixture.run(CommitMarkerSchema.ddl());
        fixture.sessions()
                .withTransaction(MARKED, session -> session.sql("SELECT 1").execute())
                .block(ServerFixture.PATIENCE);
        fixture.quiesce();
    }

    /** The process that serves the pool's connection, or one of them. */
    int backend() {
        return Objects.requireNonNull(fixture.sessions()
                .withTransaction(
                        session -> session.sql("SELECT pg_backend_pid()").one(row -> row.get(0, Integer.class)))
                .block(ServerFixture.PATIENCE));
    }

    /** Fails with 23505. */
    static Mono<Long> takeWhatIsTaken(Session session) {
        return session.sql("INSERT INTO taken VALUES (1)").rowsUpdated();
    }

    /** Does nothing until the driver knows that its connection is gone. */
    static Mono<Boolean> untilLost(Session session) {
        return Mono.defer(() -> Mono.from(session.connection().validate(ValidationDepth.LOCAL)))
                .repeatWhen(again -> again.delayElements(Duration.ofMillis(1)))
                .filter(there -> !there)
                .next();
    }

    /** Runs on the server until somebody ends it. */
    static Mono<Void> sleep(Session session) {
        return session.sql("SELECT pg_sleep(600)").execute();
    }

    /** Blocks until the server runs {@link #sleep}, and returns the process that does. */
    int awaitSleeper() {
        String sleeper = "SELECT coalesce(max(pid), 0) FROM pg_stat_activity WHERE datname = current_database()"
                + " AND state = 'active' AND wait_event = 'PgSleep'";
        Patience.until("nobody sleeps on the server", () -> fixture.number(sleeper) > 0);
        return (int) fixture.number(sleeper);
    }

    /** It has ended with an error of the server. */
    static void mustFailWith(String state, Operation operation) {
        assertThat(operation.await().error())
                .asInstanceOf(InstanceOfAssertFactories.type(R2dbcException.class))
                .extracting(R2dbcException::getSqlState)
                .isEqualTo(state);
    }
}
