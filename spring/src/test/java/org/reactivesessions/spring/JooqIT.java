package org.reactivesessions.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.table;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jooq.Field;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** jOOQ does not pass the Context; on the session's connection factory it is in the transaction nevertheless. */
@ExtendWith(PostgresExtension.class)
class JooqIT {

    private static final Field<Integer> ID = field("id", Integer.class);

    private final Fixture fixture;
    private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

    JooqIT(TestDatabase database) {
        this.fixture = Fixture.on(database);
    }

    /** A service whose methods are transactions, and which asks for the session where it needs one. */
    static class Orders {

        private final ReactiveSessions sessions;

        Orders(ReactiveSessions sessions) {
            this.sessions = sessions;
        }

        @Transactional
        public <T> Mono<T> place(Supplier<Mono<T>> work) {
            return work.get();
        }

        /** What a repository of jOOQ's is like. */
        Mono<Integer> insert(int id) {
            return sessions.withTransaction(session -> jooqs(session, id));
        }
    }

    @BeforeEach
    void start() {
        System.setProperty("org.jooq.no-logo", "true");
        System.setProperty("org.jooq.no-tips", "true");
        context.registerBean(SpringSessions.class, fixture::sessions, bean -> bean.setDestroyMethodName(""));
        context.register(
                TransactionSemantics.Proxies.class,
                SessionsTransactionAdvice.class,
                SessionsTransactionManager.class,
                Orders.class);
        context.refresh();
    }

    @AfterEach
    void close() {
        context.close();
        fixture.close();
    }

    private static Mono<Integer> jooqs(Session session, int id) {
        return Mono.from(DSL.using(session.connectionFactory(), SQLDialect.POSTGRES)
                .insertInto(table("item"), ID)
                .values(id));
    }

    private long sum() {
        return fixture.read("SELECT coalesce(sum(id), 0) FROM item");
    }

    @Test
    void anAnnotatedMethodMustCommitWhatJooqAndSpringWrite() {
        Orders orders = context.getBean(Orders.class);
        orders.place(() -> fixture.insert(1).then(orders.insert(2)).then(fixture.insert(4)))
                .block(Fixture.PATIENCE);
        assertThat(sum()).isEqualTo(1 + 2 + 4);
        assertThat(fixture.read("SELECT count(DISTINCT xmin::text) FROM item")).isEqualTo(1);
    }

    @Test
    void anAnnotatedMethodMustRollBackWhatJooqAndSpringWrite() {
        Orders orders = context.getBean(Orders.class);
        orders.place(() -> fixture.insert(1).then(orders.insert(2)).then(Mono.error(new IllegalStateException("mine"))))
                .as(StepVerifier::create)
                .expectErrorMessage("mine")
                .verify(Fixture.PATIENCE);
        assertThat(sum()).isZero();
    }

    @Test
    void aCancelledMethodMustRollBackWhatJooqWrites() throws InterruptedException {
        Orders orders = context.getBean(Orders.class);
        CountDownLatch inserted = new CountDownLatch(1);
        Disposable running = orders.place(() ->
                        orders.insert(2).doOnNext(one -> inserted.countDown()).then(Mono.never()))
                .subscribe();
        assertThat(inserted.await(30, TimeUnit.SECONDS)).isTrue();
        running.dispose();
        fixture.sessions().quiesced().block(Fixture.PATIENCE);
        assertThat(sum()).isZero();
    }

    @Test
    void aTransactionOfTheSessionsMustHoldWhatJooqWrites() {
        SpringSessions sessions = fixture.sessions();
        sessions.withTransaction(session -> jooqs(session, 1).then(fixture.insert(2)))
                .block(Fixture.PATIENCE);
        sessions.withTransaction(session ->
                        jooqs(session, 4).then(fixture.insert(8)).then(Mono.error(new IllegalStateException("mine"))))
                .as(StepVerifier::create)
                .expectErrorMessage("mine")
                .verify(Fixture.PATIENCE);
        assertThat(sum()).isEqualTo(1 + 2);
        assertThat(fixture.read("SELECT count(DISTINCT xmin::text) FROM item")).isEqualTo(1);
    }

    @Test
    void aTransactionOfSpringsOwnManagerMustHoldWhatJooqWrites() {
        TransactionalOperator operator = TransactionalOperator.create(new R2dbcTransactionManager(fixture.pool()));
        Orders orders = context.getBean(Orders.class);
        fixture.insert(1).then(orders.insert(2)).as(operator::transactional).block(Fixture.PATIENCE);
        fixture.insert(4)
                .then(orders.insert(8))
                .then(Mono.error(new IllegalStateException("mine")))
                .as(operator::transactional)
                .as(StepVerifier::create)
                .expectErrorMessage("mine")
                .verify(Fixture.PATIENCE);
        assertThat(sum()).isEqualTo(1 + 2);
        assertThat(fixture.read("SELECT count(DISTINCT xmin::text) FROM item")).isEqualTo(1);
    }
}
