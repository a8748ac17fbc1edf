package org.reactivesessions.testkit.planted.lint.clean;

import io.r2dbc.postgresql.codec.Json;
import io.r2dbc.spi.Result;
import java.time.Duration;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import reactor.core.publisher.Mono;

/** Does what the planted classes do, as it is meant. */
final class Accounts {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    // spotless:off
    // tag::field[]
    private final ReactiveSessions sessions;
    // end::field[]
    // spotless:on
    private final Mono<Long> rates;

    Accounts(ReactiveSessions sessions, Mono<Long> rates) {
        this.sessions = sessions;
        this.rates = rates;
    }

    // spotless:off
    // tag::direct[]
    Mono<Long> count() {
        return sessions.withSession(session ->
            session.sql("SELECT count(*) FROM account").one(row -> row.get(0, Long.class)));
    }
    // end::direct[]

    // tag::missing[]
    Mono<Long> delete(int account) {
        return sessions.withTransaction(session ->
            session.sql("DELETE FROM account WHERE id = $1", account).rowsUpdated());
    }
    // end::missing[]

    // tag::block[]
    Mono<Long> pay(int account) {
        return rates.flatMap(rate -> sessions.withTransaction(session ->
            session.sql("UPDATE account SET balance = balance - $1 WHERE id = $2", rate, account).rowsUpdated()));
    }
    // end::block[]

    // tag::subscribe[]
    Mono<Long> rename(int account, String name) {
        return sessions.withTransaction(session ->
            session.sql("INSERT INTO audit VALUES ($1)", account).rowsUpdated()
                .then(session.sql("UPDATE account SET name = $1 WHERE id = $2", name, account).rowsUpdated()));
    }
    // end::subscribe[]

    // tag::driver[]
    static Mono<Long> rowsOf(Result result) {
        return Mono.from(result.getRowsUpdated());
    }
    // end::driver[]
    // spotless:on

    Mono<Long> settings(Session session) {
        return session.sql("UPDATE account SET settings = $1", Json.of("{}")).rowsUpdated();
    }

    /** Blocks and subscribes where it may: outside of every function. */
    @SuppressWarnings("NullAway") // a count is never empty
    long countAndWait() {
        rename(1, "subscribed").subscribe();
        return count().block(PATIENCE);
    }
}
