package org.reactivesessions.docs;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.postgres.HostTarget;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** The samples of the page "Several hosts", with one host that is there and one that is not. */
@ExtendWith(PostgresExtension.class)
class FailoverPageIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TestDatabase database;

    FailoverPageIT(TestDatabase database) {
        this.database = database;
    }

    private interface Tokens {
        String next(String user);
    }

    private static void mustAnswer(ReactiveSessions sessions) {
        sessions.withTransaction(
                        TransactionOptions.defaults().readOnly(),
                        session -> session.sql("SELECT $1::int", 1).one(row -> row.get(0, Integer.class)))
                .as(StepVerifier::create)
                .expectNext(1)
                .expectComplete()
                .verify(PATIENCE);
        sessions.close().block(PATIENCE);
    }

    @Test
    void sessionsMustFindTheHostThatWillDo() {
        String db1 = database.host() + ":" + database.port();
        String db2 = database.host() + ":1";
        String user = database.username();
        String password = database.password();
        String name = database.database();
        // spotless:off
        // tag::hosts[]
        ReactiveSessions sessions = PostgresSessions.builder()
            .hosts(db1, db2) // or postgresql://user:password@db1:5432,db2:5432/name
            .database(name).username(user).password(password)
            .build();
        ReactiveSessions readers = PostgresSessions.builder()
            .hosts(db1, db2).target(HostTarget.PREFER_STANDBY)
            .database(name).username(user).password(password)
            .build();
        // end::hosts[]
        // spotless:on
        mustAnswer(sessions);
        mustAnswer(readers);
    }

    @Test
    void aTokenMustBeAskedForWhenAConnectionIsOpened() {
        Tokens tokens = user -> database.password();
        // spotless:off
        // tag::token[]
        ReactiveSessions sessions = PostgresSessions.builder()
            .url("postgresql://" + database.username() + "@" + database.host() + ":" + database.port() + "/" + database.database())
            .password(Mono.fromCallable(() -> tokens.next("app")) // asks the cloud, and blocks
                .subscribeOn(Schedulers.boundedElastic()))
            .build();
        // end::token[]
        // spotless:on
        mustAnswer(sessions);
    }
}
