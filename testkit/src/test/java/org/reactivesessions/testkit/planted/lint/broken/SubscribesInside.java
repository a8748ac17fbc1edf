package org.reactivesessions.testkit.planted.lint.broken;

import java.util.concurrent.Future;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import reactor.core.publisher.Mono;

/** Starts work inside a transaction function that nobody waits for. */
final class SubscribesInside {

    private final ReactiveSessions sessions;

    SubscribesInside(ReactiveSessions sessions) {
        this.sessions = sessions;
    }

    // spotless:off
    // tag::subscribe[]
    Mono<Long> rename(int account, String name) {
        return sessions.withTransaction(session -> {
            session.sql("INSERT INTO audit VALUES ($1)", account).rowsUpdated().subscribe();
            return session.sql("UPDATE account SET name = $1 WHERE id = $2", name, account).rowsUpdated();
        });
    }
    // end::subscribe[]
    // spotless:on

    Mono<Long> renameAndTell(Session session) {
        session.afterCommit(() -> {
            Future<String> told = Mono.just("renamed").toFuture();
            return told.isDone() ? Mono.empty() : Mono.just("not yet");
        });
        return session.sql("UPDATE account SET name = 'x'").rowsUpdated();
    }
}
