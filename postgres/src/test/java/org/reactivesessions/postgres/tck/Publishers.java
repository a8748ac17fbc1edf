package org.reactivesessions.postgres.tck;

import io.r2dbc.spi.Readable;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import org.reactivestreams.tck.TestEnvironment;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What the verifications share: how long the TCK waits, and publishers that ask a real server. Made by TestNG, so static. */
final class Publishers {

    /** How long the TCK waits for garbage to be collected, in milliseconds. */
    static final long GC_TIMEOUT = 1_000;

    /** More rows than the driver or the server buffers, and few enough to be read. */
    static final long MOST_ROWS = 20_000;

    private static final long SIGNAL_TIMEOUT = 10_000;
    private static final long NO_SIGNAL_TIMEOUT = 20;
    private static final int PORTION = 100;
    private static final String ROWS = "SELECT generate_series(1, $1::bigint)";
    private static final String WRONG = "SELECT 1 / $1::int";
    private static final AtomicReference<@Nullable ReactiveSessions> SESSIONS = new AtomicReference<>();

    private Publishers() {}

    /** Sets whose publishers they are. */
    static void of(@Nullable ReactiveSessions sessions) {
        SESSIONS.set(sessions);
    }

    private static ReactiveSessions sessions() {
        return Objects.requireNonNull(SESSIONS.get(), "there are no sessions");
    }

    /** Waits long for a signal that must come, and briefly for one that must not. */
    static TestEnvironment environment() {
        return new TestEnvironment(SIGNAL_TIMEOUT, NO_SIGNAL_TIMEOUT, NO_SIGNAL_TIMEOUT);
    }

    private static Long number(Readable row) {
        return Objects.requireNonNull(row.get(0, Long.class));
    }

    private static Mono<Long> failure(Session session) {
        return session.sql(WRONG, 0).one(Publishers::number);
    }

    /** A transaction that streams the rows of a statement. */
    static Flux<Long> rows(long count) {
        return sessions()
                .withTransactionMany(session -> session.sql(ROWS, count).all(Publishers::number));
    }

    /** A transaction that streams rows by a cursor, in portions. */
    static Flux<Long> cursor(long count) {
        return sessions()
                .withTransactionMany(
                        session -> session.sql(ROWS, count).cursor(PORTION).all(Publishers::number));
    }

    /** The rows of a statement in no transaction. */
    static Flux<Long> autocommitted(long count) {
        return sessions().withSessionMany(session -> session.sql(ROWS, count).all(Publishers::number));
    }

    /** A transaction that streams and fails before anybody has asked for an element. */
    static Flux<Long> failedStream() {
        return sessions().withTransactionMany(session -> failure(session).thenMany(Flux.empty()));
    }

    /** A transaction of one value, or of none. */
    static Mono<Long> value(long count) {
        return sessions()
                .withTransaction(session -> session.sql("SELECT 1::bigint").one(Publishers::number))
                .filter(value -> count > 0);
    }

    /** A transaction of one value that fails. */
    static Mono<Long> failedValue() {
        return sessions().withTransaction(Publishers::failure);
    }
}
