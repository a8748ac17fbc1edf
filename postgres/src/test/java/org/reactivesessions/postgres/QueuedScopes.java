package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.Session;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A pool, usually of one connection, with a first transaction that commits when it is told to, so that others wait for its
 * connection by then. Tables: {@code item} with a key that is checked at COMMIT and a deferred trigger that sleeps or kills
 * when an item says so; {@code parent}, to which an item may refer.
 */
final class QueuedScopes implements AutoCloseable {

    static final TransactionOptions DEFAULTS = TransactionOptions.defaults();
    static final String INSERT = "INSERT INTO item (id) VALUES ($1)";

    /** Only the BEGIN of a connection that was handed over asks this. */
    private static final String BEHIND_COMMIT =
            "^BEGIN.*transaction_timestamp\\(\\) OPERATOR\\(pg_catalog\\.=\\) pg_catalog\\.statement_timestamp\\(\\)$";

    private final ServerFixture fixture;
    private final Sinks.Empty<Void> commit = Sinks.empty();
    private final CountDownLatch firstHasWorked = new CountDownLatch(1);
    private final Rule behind;

    QueuedScopes(TestDatabase database, UnaryOperator<PostgresSessions.Builder> settings) {
        fixture = ServerFixture.with(database, settings);
        // A transaction that a failed test has left open must fail this one, and not stop it.
        fixture.run("SET lock_timeout = '10s'; DROP TABLE IF EXISTS item, parent");
        fixture.run("CREATE TABLE parent (id int PRIMARY KEY)");
        fixture.run("CREATE TABLE item (id int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED, at_commit text,"
                + " parent int REFERENCES parent DEFERRABLE INITIALLY DEFERRED)");
        fixture.run("CREATE OR REPLACE FUNCTION at_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                + " IF NEW.at_commit = 'kill' THEN PERFORM pg_terminate_backend(pg_backend_pid());"
                + " ELSE PERFORM pg_sleep(NEW.at_commit::float); END IF; RETURN NULL; END $$");
        fixture.run("CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON item DEFERRABLE INITIALLY DEFERRED"
                + " FOR EACH ROW WHEN (NEW.at_commit IS NOT NULL) EXECUTE FUNCTION at_commit()");
        behind = fixture.proxy().watch(FrameMatch.fromClient('Q').sql(BEHIND_COMMIT));
    }

    /** One connection, patient with a busy machine. */
    static QueuedScopes on(TestDatabase database) {
        return new QueuedScopes(database, builder -> builder);
    }

    ServerFixture fixture() {
        return fixture;
    }

    static Mono<Long> insert(Session session, int id) {
        return session.sql(INSERT, id).rowsUpdated();
    }

    static Mono<Long> insert(Session session, int id, String atCommit) {
        return session.sql("INSERT INTO item (id, at_commit) VALUES ($1, $2)", id, atCommit)
                .rowsUpdated();
    }

    static Mono<Long> count(Session session) {
        return session.sql("SELECT count(*) FROM item").one(row -> row.get(0, Long.class));
    }

    /** Begins, works, and waits for {@link #letFirstCommit}; comes back when it has worked. */
    <T> CompletableFuture<T> first(TransactionOptions options, Function<Session, Mono<T>> work) {
        CompletableFuture<T> result = transaction(
                options.named("first"),
                session -> work.apply(session)
                        .flatMap(value -> worked().thenReturn(value))
                        .switchIfEmpty(worked().then(Mono.empty())));
        awaitFirst();
        return result;
    }

    private Mono<Void> worked() {
        return Mono.defer(() -> {
            firstHasWorked.countDown();
            return commit.asMono();
        });
    }

    private void awaitFirst() {
        try {
            assertThat(firstHasWorked.await(ServerFixture.PATIENCE.toMillis(), TimeUnit.MILLISECONDS))
                    .isTrue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    void letFirstCommit() {
        commit.tryEmitEmpty();
    }

    <T> CompletableFuture<T> transaction(TransactionOptions options, Function<Session, Mono<T>> work) {
        return fixture.sessions().withTransaction(options, work).toFuture();
    }

    /** The second transaction, in the queue for the connection of the first. */
    <T> CompletableFuture<T> second(Function<Session, Mono<T>> work) {
        return second(DEFAULTS, work);
    }

    <T> CompletableFuture<T> second(TransactionOptions options, Function<Session, Mono<T>> work) {
        CompletableFuture<T> result = transaction(options.named("second"), work);
        assertThat(fixture.sessions().poolStatus().pending()).isEqualTo(1);
        return result;
    }

    /** Holds whatever the server answers to COMMIT, and everything behind it. */
    Rule holdCommit() {
        return fixture.proxy().hold(FrameMatch.fromServer('C', 'E').answering("^COMMIT"));
    }

    /** Lets the first transaction commit, and waits until the second has begun behind it, at READ COMMITTED. */
    void overlap() {
        letFirstCommit();
        behind.awaitHit(ServerFixture.PATIENCE);
    }

    /** How often a transaction has begun behind a COMMIT, at READ COMMITTED. */
    int overlaps() {
        return behind.hits();
    }

    static <T> @Nullable T await(CompletableFuture<T> future) {
        try {
            return future.get(ServerFixture.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException failed) {
            throw new AssertionError("Failed, or not in time", failed);
        }
    }

    static Throwable awaitError(CompletableFuture<?> future) {
        return Objects.requireNonNull(await(future.handle((value, error) -> {
            if (error == null) {
                throw new AssertionError("Expected an error, but got " + value);
            }
            return error;
        })));
    }

    /** What the listener heard of one of them, once it has. */
    TransactionOutcome outcome(String name) {
        return event(name).outcome();
    }

    ServerFixture.Ended event(String name) {
        return events(name).findFirst().orElseThrow(() -> new AssertionError("nothing heard of " + name));
    }

    boolean hasEnded(String name) {
        return events(name).findFirst().isPresent();
    }

    private Stream<ServerFixture.Ended> events(String name) {
        return fixture.events().stream().filter(event -> event.name().equals(name));
    }

    long rows() {
        return fixture.number("SELECT count(*) FROM item");
    }

    /** The pool must serve again, as if nothing had been. */
    void mustServe() {
        assertThat(fixture.sessions().withTransaction(QueuedScopes::count).block(ServerFixture.PATIENCE))
                .isNotNull();
        fixture.quiesce();
    }

    @Override
    public void close() {
        fixture.close();
    }
}
