package org.reactivesessions.testkit.rollback;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Result;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The one connection of a test, in its one transaction, and what is sent on it to act as if there were more. Thread-safe. */
final class SharedTransaction {

    private static final String LOOK = "rs_test_look";
    private static final String TEST = "rs_test";

    private final Connection connection;
    private final RollbackOptions options;
    private final Turns turns = new Turns();
    private final AtomicReference<@Nullable Piece> current = new AtomicReference<>();
    private volatile boolean over;
    private final AtomicLong names = new AtomicLong();

    SharedTransaction(Connection connection, RollbackOptions options) {
        this.connection = connection;
        this.options = options;
    }

    /** Sets what shows at the end that it is still the same transaction. */
    Mono<Void> open() {
        return run("SAVEPOINT " + TEST);
    }

    /** Undoes what is open, checks, rolls everything back and closes the connection. */
    Mono<Void> end() {
        return Mono.defer(() -> {
            over = true;
            Piece open = current.get();
            return (open == null ? Mono.<Void>empty() : open.undo().onErrorComplete())
                    .then(Mono.defer(this::checkConstraints))
                    .then(Mono.defer(() -> run("ROLLBACK TO SAVEPOINT " + TEST)
                            .onErrorMap(gone -> new AssertionError(
                                    "the transaction of the test was ended behind its back, so what it has written may be durable: "
                                            + gone.getMessage(),
                                    gone))))
                    .onErrorResume(found -> rollback().then(Mono.error(found)))
                    .then(Mono.defer(this::rollback));
        });
    }

    private Mono<Void> checkConstraints() {
        return run("SET CONSTRAINTS ALL IMMEDIATE")
                .onErrorResume(SharedTransaction::isAborted, aborted -> Mono.empty())
                .onErrorMap(
                        error -> stateOf(error).startsWith("23"),
                        violated -> new AssertionError(
                                "at its end, the test violates a deferred constraint: " + violated.getMessage(),
                                violated));
    }

    private Mono<Void> rollback() {
        return Mono.from(connection.rollbackTransaction()).then(Mono.from(connection.close()));
    }

    void requireOpen() {
        if (over) {
            throw new IllegalStateException(
                    "the test is over, and so is its transaction; nothing was sent. Wait in the test for what it has begun.");
        }
    }

    /** What a transaction asks for has to be what the test has, or less. */
    void requireIsolation(@Nullable IsolationLevel asked) {
        if (asked != null && !options.covers(asked)) {
            throw new IllegalStateException("a transaction of the test asks for " + asked.asSql()
                    + ", but the one it is in has " + options.isolation().asSql()
                    + ". Give the test RollbackOptions.isolation(" + asked.asSql() + ").");
        }
    }

    Connection connection() {
        return connection;
    }

    /** What is done in its own turn, from a savepoint on. */
    Piece piece(String who, Throwable stack) {
        return new Piece(this, turns.turn(who, stack), "rs_test_" + names.incrementAndGet());
    }

    Duration patience() {
        return options.patience();
    }

    /** Until the savepoint it is sent behind has ended; PostgreSQL goes back to read-write by itself then. */
    Mono<Void> readOnly() {
        return run("SET TRANSACTION READ ONLY");
    }

    /** Whether a commit was refused because the transaction had failed before. */
    static boolean isAborted(Throwable error) {
        return stateOf(error).equals("25P02");
    }

    private static String stateOf(Throwable error) {
        String state = error instanceof R2dbcException refused ? refused.getSqlState() : null;
        return state == null ? "" : state;
    }

    /** Somebody's turn has begun; his is the savepoint that is open. */
    void entered(Piece piece) {
        requireOpen();
        current.set(piece);
    }

    void left(Piece piece) {
        current.compareAndSet(piece, null);
    }

    /** Reads one number. */
    static Mono<Integer> number(Connection connection, String sql) {
        return Flux.from(connection.createStatement(sql).execute())
                .concatMap(result -> result.map(row -> Objects.requireNonNull(row.get(0, Integer.class))))
                .single();
    }

    Mono<Void> savepoint(String name) {
        return run("SAVEPOINT " + name);
    }

    /** As COMMIT would: deferred constraints are checked now, and stay deferred for whoever comes next. */
    Mono<Void> release(String name) {
        return run("SAVEPOINT " + LOOK + "; SET CONSTRAINTS ALL IMMEDIATE; ROLLBACK TO SAVEPOINT " + LOOK
                + "; RELEASE SAVEPOINT " + LOOK + "; RELEASE SAVEPOINT " + name);
    }

    /** As ROLLBACK would, also in a transaction that has failed. */
    Mono<Void> undo(String name) {
        return run("ROLLBACK TO SAVEPOINT " + name + "; RELEASE SAVEPOINT " + name);
    }

    /** Sent when it is first subscribed, and read to its end whoever cancels. */
    private Mono<Void> run(String sql) {
        return Flux.defer(() -> connection.createStatement(sql).execute())
                .concatMap(Result::getRowsUpdated)
                .then()
                .cache();
    }
}
