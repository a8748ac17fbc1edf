package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.transaction.Stage.rows;
import static org.reactivesessions.transaction.Stage.update;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.scripted.EventLoop;
import org.reactivesessions.scripted.ScriptedDatabase;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.subscriber.TestSubscriber;

/** A driver with an event loop: everything that touches the connection runs on it, whatever thread it comes from. */
class LoopTest {

    private final EventLoop loop = new EventLoop();

    @RegisterExtension
    final Stage stage = Stage.on(loop.scheduler());

    private final ScriptedDatabase database = stage.database();
    private final EventLoop other = new EventLoop();
    private final List<String> threads = new CopyOnWriteArrayList<>();

    @AfterEach
    void endLoops() {
        loop.close();
        other.close();
    }

    @Test
    void everythingMustBeSentOnTheLoop() {
        CountDownLatch done = new CountDownLatch(1);
        stage.mono(connection -> update(connection, "FIRST")
                        .publishOn(other.scheduler())
                        .then(Mono.defer(() -> update(connection, "SECOND"))))
                .doOnSuccess(count -> threads.add(Thread.currentThread().getName()))
                .doFinally(signal -> done.countDown())
                .subscribe();
        EventLoop.await(done);

        assertThat(database.wire()).containsExactly("BEGIN", "FIRST", "SECOND", "COMMIT");
        assertThat(database.threads()).containsExactly("loop");
        assertThat(threads).containsExactly("loop");
    }

    @Test
    void aCancelFromElsewhereMustReachTheDriverOnTheLoop() {
        database.hold("SELECT");
        TestSubscriber<String> subscriber = TestSubscriber.create();
        stage.flux(connection -> rows(connection, "SELECT")).subscribe(subscriber);
        loop.settle();
        subscriber.request(1);
        subscriber.cancel();
        loop.settle();

        assertThat(database.last("SELECT").touches())
                .contains("cancel@loop")
                .allMatch(touch -> touch.endsWith("@loop"));
        assertThat(database.wire()).containsExactly("BEGIN", "SELECT", "ROLLBACK");
        assertThat(database.threads()).containsExactly("loop");
        assertThat(stage.isQuiet()).isTrue();
    }

    @Test
    void statementsOfManyThreadsMustBeSentOneAfterTheOtherOnTheLoop() {
        CountDownLatch done = new CountDownLatch(1);
        stage.mono(connection -> Flux.range(0, 50)
                        .parallel(2)
                        .runOn(Schedulers.fromExecutor(task -> new Thread(task).start()))
                        .flatMap(i -> update(connection, "UPDATE"))
                        .sequential()
                        .count())
                .doFinally(signal -> done.countDown())
                .subscribe();
        EventLoop.await(done);

        assertThat(database.wire()).hasSize(52).startsWith("BEGIN").endsWith("COMMIT");
        assertThat(database.threads()).containsExactly("loop");
    }

    @Test
    void whatFollowsARequestToCancelMustRunOnTheLoop() {
        Sinks.Empty<Void> request = Sinks.empty();
        stage.dialect().cancelRequest(connection -> request.asMono()).serverError(error -> true);
        database.hold("UPDATE", "ROLLBACK");
        TestSubscriber<Long> subscriber = stage.run(connection -> update(connection, "UPDATE"));
        loop.settle();
        subscriber.cancel();
        loop.settle();
        stage.pass(Duration.ofMillis(10));
        loop.run(() -> database.last("ROLLBACK").fail(new IllegalStateException("hit")));
        other.run(request::tryEmitEmpty);
        loop.settle();
        assertThat(database.wire()).containsExactly("BEGIN", "UPDATE", "ROLLBACK", "ROLLBACK");
        loop.run(database.last("ROLLBACK")::complete);
        loop.settle();

        assertThat(database.threads()).containsExactly("loop");
    }
}
