package org.reactivesessions.postgres.doubt;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.reactivesessions.Once;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import org.reactivesessions.transaction.TransactionOptions;
import org.reactivesessions.transaction.TransactionRetry;
import reactor.core.publisher.Mono;

/** How an operation is applied; all but the first are the planted errors. */
enum Applying {
    ONCE("once()"),
    LOOK_FIRST("a look whether it was applied, in the same transaction"),
    PLAIN("withTransaction() and retry");

    private static final TransactionOptions OPTIONS =
            TransactionOptions.defaults().named("operation");
    private static final int WORK_MILLIS = 120;

    private final String text;

    Applying(String text) {
        this.text = text;
    }

    /** Applies an operation; the value says whether this call did it. */
    Mono<Boolean> apply(ReactiveSessions sessions, String id, String jvm) {
        return switch (this) {
            case ONCE ->
                sessions.once(OPTIONS, id, session -> effect(session, id, jvm)).map(Once::isApplied);
            case LOOK_FIRST ->
                sessions.withTransaction(
                        OPTIONS.retry(TransactionRetry.defaults()),
                        session -> session.sql("SELECT EXISTS (SELECT FROM applied WHERE id = $1)", id)
                                .one(row -> requireNonNull(row.get(0, Boolean.class)))
                                .flatMap(there -> there
                                        ? Mono.just(false)
                                        : effect(session, id, jvm).thenReturn(true)));
            case PLAIN ->
                sessions.withTransaction(
                                OPTIONS.retry(TransactionRetry.defaults()), session -> effect(session, id, jvm))
                        .thenReturn(true);
        };
    }

    /** A row, for which no key makes sure that it is the only one, and then some time in which the transaction is open. */
    private static Mono<Long> effect(Session session, String id, String jvm) {
        Duration work = Duration.ofMillis(ThreadLocalRandom.current().nextInt(WORK_MILLIS));
        return session.sql("INSERT INTO applied (id, jvm) VALUES ($1, $2)", id, jvm)
                .rowsUpdated()
                .delayElement(work);
    }

    boolean isWrong() {
        return this != ONCE;
    }

    @Override
    public String toString() {
        return text;
    }
}
