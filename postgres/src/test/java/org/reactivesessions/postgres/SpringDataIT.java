package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.data.annotation.Id;
import org.springframework.data.r2dbc.core.R2dbcEntityTemplate;
import org.springframework.data.r2dbc.repository.support.R2dbcRepositoryFactory;
import org.springframework.data.repository.reactive.ReactiveCrudRepository;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** A repository of Spring Data takes part in our transactions, and works outside of them. */
@ExtendWith(PostgresExtension.class)
class SpringDataIT {

    private final ServerFixture fixture;
    private final ReactiveSessions sessions;
    private final Items items;

    /** A row. */
    record Item(@Id @Nullable Integer id, String name) {

        static Item named(String name) {
            return new Item(null, name);
        }
    }

    /** What Spring Data implements. */
    interface Items extends ReactiveCrudRepository<Item, Integer> {

        Mono<Long> countByName(String name);
    }

    SpringDataIT(TestDatabase database) {
        this.fixture = ServerFixture.with(database, builder -> builder.pool(ServerFixture.roomyPool(1)));
        this.sessions = fixture.sessions();
        this.items = new R2dbcRepositoryFactory(new R2dbcEntityTemplate(sessions.connectionFactory()))
                .getRepository(Items.class);
    }

    @BeforeEach
    void createTable() {
        fixture.run("CREATE TABLE IF NOT EXISTS item (id SERIAL PRIMARY KEY, name TEXT UNIQUE)");
        fixture.run("TRUNCATE item RESTART IDENTITY");
    }

    @AfterEach
    void leaveNothingBehind() {
        fixture.close();
    }

    private static Mono<Long> ours(Session session) {
        return session.sql("INSERT INTO item (name) VALUES ($1)", "ours").rowsUpdated();
    }

    private long rows() {
        return fixture.number("SELECT count(*) FROM item");
    }

    /** The pool has one connection, so a repository that took another one than ours would wait in vain. */
    @Test
    void aTransactionOfOursMustHoldWhatARepositorySaves() {
        AtomicReference<Long> seen = new AtomicReference<>();
        Item saved = sessions.withTransaction(session -> ours(session)
                        .then(items.countByName("ours").doOnNext(seen::set))
                        .then(items.save(Item.named("theirs"))))
                .block(ServerFixture.PATIENCE);

        assertThat(seen).as("our row, seen by the repository before COMMIT").hasValue(1L);
        assertThat(saved).isNotNull().extracting(Item::id).isNotNull();
        assertThat(rows()).isEqualTo(2);
        assertThat(fixture.number("SELECT count(DISTINCT xmin::text) FROM item"))
                .isEqualTo(1);
    }

    @Test
    void anErrorMustUndoWhatARepositorySaved() {
        sessions.withTransaction(session -> ours(session)
                        .then(items.save(Item.named("theirs")))
                        .then(Mono.error(new IllegalStateException("mine"))))
                .as(StepVerifier::create)
                .expectErrorMessage("mine")
                .verify(ServerFixture.PATIENCE);

        assertThat(rows()).isZero();
    }

    @Test
    void aCancelWhileARepositorySavesMustUndoAll() {
        Rule answer = fixture.proxy()
                .hold(FrameMatch.fromServer('C').answering("(?i)^INSERT").nth(2));
        Disposable running = sessions.withTransaction(session -> ours(session).then(items.save(Item.named("theirs"))))
                .subscribe();
        answer.awaitHit(ServerFixture.PATIENCE);
        running.dispose();
        answer.release();
        fixture.quiesce();

        assertThat(rows()).isZero();
        assertThat(fixture.number("SELECT last_value FROM item_id_seq"))
                .as("both rows were inserted before")
                .isEqualTo(2);
    }

    @Test
    void outsideOfOursARepositoryMustCommitByItself() {
        Item saved = items.save(Item.named("theirs")).block(ServerFixture.PATIENCE);

        assertThat(saved).isNotNull().extracting(Item::id).isNotNull();
        assertThat(rows()).isEqualTo(1);
        items.save(Item.named("theirs"))
                .as(StepVerifier::create)
                .expectError(DuplicateKeyException.class)
                .verify(ServerFixture.PATIENCE);
        items.deleteAll().block(ServerFixture.PATIENCE);
        assertThat(rows()).isZero();
    }
}
