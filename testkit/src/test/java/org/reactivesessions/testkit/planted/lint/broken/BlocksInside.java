package org.reactivesessions.testkit.planted.lint.broken;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Blocks inside transaction functions, in every form a function has. */
final class BlocksInside {

    private final ReactiveSessions sessions;
    private final Rates rates;

    BlocksInside(ReactiveSessions sessions, Rates rates) {
        this.sessions = sessions;
        this.rates = rates;
    }

    // spotless:off
    // tag::block[]
    Mono<Long> pay(int account) {
        return sessions.withTransaction(session -> {
            Long rate = rates.today().block();
            return session.sql("UPDATE account SET balance = balance - $1 WHERE id = $2", rate, account).rowsUpdated();
        });
    }
    // end::block[]
    // spotless:on

    Mono<Long> payByReference() {
        return sessions.withTransaction(this::paid);
    }

    private Mono<Long> paid(Session session) {
        return session.sql("UPDATE account SET balance = 0").rowsUpdated().map(rows -> rows * latest());
    }

    private long latest() {
        return rates.today().blockOptional().orElse(0L);
    }

    Mono<Long> payByAnObject() {
        return sessions.withTransaction(new Function<Session, Mono<Long>>() {
            @Override
            public Mono<Long> apply(Session session) {
                return Mono.just(Waits.forA(CompletableFuture.completedFuture(1L)));
            }
        });
    }

    Flux<Long> payAll(Flux<Integer> accounts) {
        Function<Session, Flux<Long>> function = session -> accounts.concatMap(
                account -> session.sql("SELECT 1").one(row -> rates.today()).map(Mono::block));
        return sessions.withTransactionMany(function);
    }

    /** Somebody else's prices. */
    interface Rates {
        Mono<Long> today();
    }

    /** Where nobody sees what it is called for. */
    static final class Waits {
        private Waits() {}

        static long forA(CompletableFuture<Long> future) {
            return future.join();
        }
    }
}
