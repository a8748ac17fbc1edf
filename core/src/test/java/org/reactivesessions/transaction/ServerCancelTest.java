package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.transaction.Stage.subscribe;
import static org.reactivesessions.transaction.Stage.update;

import io.r2dbc.spi.R2dbcNonTransientException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.Result;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.pool.PoolStatus;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.subscriber.TestSubscriber;

/** Statements that run on at the server when their scope has given them up; the grace time is 10 ms, the limit of a request half of 5 s. */
class ServerCancelTest {

    private static final Duration GRACE = Duration.ofMillis(10);
    private static final Duration REQUEST = Duration.ofMillis(2_500);
    private static final Duration TICK = Duration.ofMillis(1);
    private static final PoolStatus IDLE = new PoolStatus(0, 1, 0, 1, 1, 0, 0);
    private static final PoolStatus DESTROYED = new PoolStatus(0, 0, 0, 0, 1, 0, 0);

    @RegisterExtension
    final Stage stage = new Stage();

    private final ScriptedDatabase database = stage.database();
    private final Requests requests = new Requests();

    /** What the server was asked, and its answers, which the test gives. */
    private static final class Requests {

        private final List<Sinks.Empty<Void>> sent = new CopyOnWriteArrayList<>();

        Mono<Void> next() {
            return Mono.defer(() -> {
                Sinks.Empty<Void> answer = Sinks.empty();
                sent.add(answer);
                return answer.asMono();
            });
        }

        int count() {
            return sent.size();
        }

        void completeLast() {
            sent.get(sent.size() - 1).tryEmitEmpty();
        }

        void failLast(Throwable error) {
            sent.get(sent.size() - 1).tryEmitError(error);
        }
    }

    @BeforeEach
    void listen() {
        stage.dialect().cancelRequest(connection -> requests.next());
    }

    private static R2dbcNonTransientException hit() {
        return new R2dbcNonTransientException("canceling statement due to user request", "57014") {
            private static final long serialVersionUID = 1L;
        };
    }

    /** A transaction whose statement is cancelled, so that ROLLBACK waits for it. */
    private void giveUpAnUpdate() {
        database.hold("UPDATE", "ROLLBACK");
        stage.run(connection -> update(connection, "UPDATE")).cancel();
        assertThat(database.wire()).endsWith("UPDATE", "ROLLBACK");
    }

    private void assertDestroyed() {
        assertThat(database.wire()).endsWith("CLOSE");
        assertThat(stage.source().status()).isEqualTo(DESTROYED);
        assertThat(stage.isQuiet()).isTrue();
    }

    @Test
    void aStatementThatEndsWithinTheGraceMustNotBeCancelled() {
        giveUpAnUpdate();
        stage.pass(GRACE.minus(TICK));
        database.last("ROLLBACK").complete();
        stage.pass(Duration.ofSeconds(5));

        assertThat(requests.count()).isZero();
        assertThat(stage.source().status()).isEqualTo(IDLE);
    }

    @Test
    void aStatementThatDoesNotMustBe() {
        giveUpAnUpdate();
        stage.pass(GRACE);
        assertThat(requests.count()).isEqualTo(1);
        requests.completeLast();
        database.last("ROLLBACK").complete();
        stage.pass(Duration.ofSeconds(5));

        assertThat(requests.count()).isEqualTo(1);
        assertThat(stage.ends()).containsExactly("ACTIVE ROLLED_BACK");
        assertThat(stage.source().status()).isEqualTo(IDLE);
    }

    @Test
    void aStatementThatIsOpenWhenTheFunctionFailsMustBeToo() {
        database.hold("UPDATE", "ROLLBACK");
        Sinks.Empty<Long> failure = Sinks.empty();
        TestSubscriber<Object> subscriber = stage.run(connection ->
                Mono.zip(update(connection, "UPDATE"), failure.asMono()).cast(Object.class));
        failure.tryEmitError(new IllegalStateException("mine"));
        stage.pass(GRACE);
        assertThat(requests.count()).isEqualTo(1);
        requests.completeLast();
        database.last("ROLLBACK").complete();

        assertThat(subscriber.expectTerminalError()).hasMessage("mine");
    }

    /** Its answer blocks what follows until it is read, and the server makes it as long as that takes. */
    @Test
    void aResultNobodyReadsMustCountAsOneThatRuns() {
        database.hold("UPDATE", "ROLLBACK");
        stage.dialect().onGate(gate -> gate.remember(() -> {}));
        stage.run(connection -> Mono.never()).cancel();
        stage.pass(GRACE);
        assertThat(requests.count()).isEqualTo(1);
        requests.completeLast();
        database.last("ROLLBACK").complete();
    }

    @Test
    void aRollbackThatWaitsForNoStatementMustNotAsk() {
        database.hold("ROLLBACK");
        stage.run(connection -> update(connection, "UPDATE").then(Mono.never())).cancel();
        stage.pass(Duration.ofSeconds(1));
        assertThat(requests.count()).isZero();
        database.last("ROLLBACK").complete();
    }

    @Test
    void itMustBeAskedAgainUntilRollbackIsAnswered() {
        giveUpAnUpdate();
        stage.pass(GRACE);
        for (int pause : List.of(50, 100, 200, 400, 800, 1_000, 1_000)) {
            int before = requests.count();
            requests.completeLast();
            stage.pass(Duration.ofMillis(pause).minus(TICK));
            assertThat(requests.count()).as("before %d ms", pause).isEqualTo(before);
            stage.pass(TICK);
            assertThat(requests.count()).as("after %d ms", pause).isEqualTo(before + 1);
        }
        requests.completeLast();
        int asked = requests.count();
        database.last("ROLLBACK").complete();
        stage.pass(Duration.ofSeconds(10));

        assertThat(requests.count()).isEqualTo(asked);
        assertThat(stage.source().status()).isEqualTo(IDLE);
    }

    @Test
    void thereMustBeOneRequestAtATime() {
        giveUpAnUpdate();
        stage.pass(GRACE.plus(Duration.ofMillis(1_500)));
        assertThat(requests.count()).isEqualTo(1);
        requests.completeLast();
        stage.pass(Duration.ofMillis(49));
        assertThat(requests.count()).isEqualTo(1);
        stage.pass(TICK);
        assertThat(requests.count()).isEqualTo(2);
        requests.completeLast();
        database.last("ROLLBACK").complete();
    }

    /** It would hit the next borrower's statement. */
    @Test
    void theConnectionMustNotGoBackBeforeTheLastRequestHasEnded() {
        giveUpAnUpdate();
        stage.pass(GRACE);
        database.last("ROLLBACK").complete();
        assertThat(stage.source().status().acquired()).isEqualTo(1);
        assertThat(stage.isQuiet()).isFalse();
        requests.completeLast();

        assertThat(stage.source().status()).isEqualTo(IDLE);
        assertThat(stage.isQuiet()).isTrue();
    }

    @Test
    void aRequestThatDoesNotEndMustCostTheConnectionAlthoughRollbackWasAnswered() {
        giveUpAnUpdate();
        stage.pass(GRACE);
        database.last("ROLLBACK").complete();
        stage.pass(REQUEST.minus(TICK));
        assertThat(stage.source().status().acquired()).isEqualTo(1);
        stage.pass(TICK);

        assertDestroyed();
        assertThat(stage.ends())
                .singleElement()
                .asString()
                .startsWith("ACTIVE ROLLED_BACK The request to cancel a statement on the server has no known end");
        requests.completeLast();
        assertThat(stage.source().status()).isEqualTo(DESTROYED);
    }

    @Test
    void aRequestThatDoesNotEndMustCostTheConnectionBeforeRollbackIsAnswered() {
        giveUpAnUpdate();
        stage.pass(GRACE);
        stage.pass(REQUEST);
        assertDestroyed();
        stage.pass(Duration.ofSeconds(10));

        assertThat(requests.count()).isEqualTo(1);
    }

    @Test
    void aRequestThatFailsMustCostTheConnection() {
        giveUpAnUpdate();
        stage.pass(GRACE);
        requests.failLast(new R2dbcNonTransientResourceException("reset"));
        assertDestroyed();
        stage.pass(Duration.ofSeconds(10));

        assertThat(requests.count()).isEqualTo(1);
    }

    @Test
    void aRollbackThatWasItselfHitMustBeSentOnceMoreWhenTheRequestHasEnded() {
        giveUpAnUpdate();
        stage.pass(GRACE);
        database.last("ROLLBACK").fail(hit());
        assertThat(database.wire()).endsWith("UPDATE", "ROLLBACK");
        requests.completeLast();
        assertThat(database.wire()).endsWith("UPDATE", "ROLLBACK", "ROLLBACK");
        stage.pass(Duration.ofSeconds(1));
        assertThat(requests.count()).as("nothing runs any more").isEqualTo(1);
        database.last("ROLLBACK").complete();

        assertThat(stage.source().status()).isEqualTo(IDLE);
        assertThat(stage.ends()).containsExactly("ACTIVE ROLLED_BACK");
    }

    @Test
    void aRollbackThatFailsTwiceMustCostTheConnection() {
        giveUpAnUpdate();
        stage.pass(GRACE);
        requests.completeLast();
        database.last("ROLLBACK").fail(hit());
        database.last("ROLLBACK").fail(hit());

        assertThat(database.wire()).containsExactly("BEGIN", "UPDATE", "ROLLBACK", "ROLLBACK", "CLOSE");
        assertDestroyed();
    }

    @Test
    void aRollbackThatFailsThoughNothingWasAskedMustCostTheConnection() {
        giveUpAnUpdate();
        database.last("ROLLBACK").fail(hit());

        assertThat(database.wire()).containsExactly("BEGIN", "UPDATE", "ROLLBACK", "CLOSE");
        assertDestroyed();
    }

    @Test
    void aLostConnectionMustNotBeSentAnotherRollback() {
        giveUpAnUpdate();
        stage.pass(GRACE);
        requests.completeLast();
        database.connection(0).lose();

        assertThat(database.wire()).containsExactly("BEGIN", "UPDATE", "ROLLBACK");
        assertThat(stage.source().status()).isEqualTo(DESTROYED);
    }

    @Test
    void aRollbackThatIsNotAnsweredMustCostTheConnectionAndEndTheRequests() {
        giveUpAnUpdate();
        stage.pass(GRACE);
        for (int answered = 0; answered < 20; answered++) {
            requests.completeLast();
            stage.pass(Duration.ofMillis(500));
        }
        assertDestroyed();
        int asked = requests.count();
        assertThat(asked).isBetween(5, 10);
        stage.pass(Duration.ofMinutes(1));

        assertThat(requests.count()).isEqualTo(asked);
    }

    @Test
    void nothingMustBeAskedBeforeBeginIsAnswered() {
        database.hold("BEGIN");
        stage.run(connection -> update(connection, "UPDATE")).cancel();
        stage.pass(Duration.ofSeconds(1));
        database.last("BEGIN").complete();
        stage.pass(Duration.ofSeconds(1));

        assertThat(requests.count()).isZero();
        assertThat(database.wire()).containsExactly("BEGIN", "ROLLBACK");
    }

    /** A statement given up early, as by {@code first()}, may still run when COMMIT is sent. */
    @Test
    void nothingMustBeAskedWhileCommitIsUnanswered() {
        database.hold("ROWS", "COMMIT");
        Sinks.Empty<Void> enough = Sinks.empty();
        TestSubscriber<Long> subscriber =
                stage.run(connection -> update(connection, "ROWS").timeout(enough.asMono(), Mono.just(7L)));
        enough.tryEmitEmpty();
        assertThat(database.wire()).endsWith("ROWS", "COMMIT");
        stage.pass(Duration.ofSeconds(10));
        assertThat(requests.count()).isZero();
        database.last("COMMIT").complete();

        assertThat(subscriber.getReceivedOnNext()).containsExactly(7L);
    }

    @Test
    void aDatabaseThatCannotBeAskedMustBeWaitedFor() {
        stage.dialect().cancelRequest(connection -> null);
        giveUpAnUpdate();
        stage.pass(Duration.ofSeconds(1));
        database.last("ROLLBACK").complete();

        assertThat(stage.source().status()).isEqualTo(IDLE);
    }

    @Test
    void aDialectThatThrowsMustCostTheConnectionAndNothingElse() {
        stage.dialect().cancelRequest(connection -> {
            throw new NoClassDefFoundError("request");
        });
        giveUpAnUpdate();
        stage.pass(GRACE);

        assertDestroyed();
    }

    @Test
    void aDialectWhoseRequestThrowsMustCostTheConnectionAndNothingElse() {
        Publisher<Void> broken = subscriber -> {
            throw new NoClassDefFoundError("subscribe");
        };
        stage.dialect().cancelRequest(connection -> broken);
        giveUpAnUpdate();
        stage.pass(GRACE);

        assertDestroyed();
    }

    @Test
    void aDialectThatCannotTellWhoseErrorItIsMustCostTheConnectionAndNothingElse() {
        giveUpAnUpdate();
        stage.pass(GRACE);
        requests.completeLast();
        stage.dialect().serverError(error -> {
            throw new NoClassDefFoundError("classify");
        });
        database.last("ROLLBACK").fail(hit());

        assertDestroyed();
    }

    @Test
    void aSessionMustCancelInFrontOfItsBarrier() {
        database.hold("QUERY", "SELECT 1");
        subscribe(stage.transactions().sessionMono(connection -> update(connection, "QUERY")))
                .cancel();
        assertThat(database.wire()).containsExactly("QUERY", "SELECT 1");
        stage.pass(GRACE);
        assertThat(requests.count()).isEqualTo(1);
        database.last("SELECT 1").fail(hit());
        requests.completeLast();
        database.last("SELECT 1").complete();

        assertThat(database.wire()).containsExactly("QUERY", "SELECT 1", "SELECT 1");
        assertThat(stage.source().status()).isEqualTo(IDLE);
    }

    /** What it gave up early may be an INSERT that returns rows, and is to take effect. */
    @Test
    void aSessionThatSucceedsMustNotCancel() {
        database.hold("QUERY", "SELECT 1");
        Sinks.Empty<Void> enough = Sinks.empty();
        TestSubscriber<Long> subscriber = subscribe(stage.transactions()
                .sessionMono(connection -> update(connection, "QUERY").timeout(enough.asMono(), Mono.just(7L))));
        enough.tryEmitEmpty();
        stage.pass(Duration.ofSeconds(1));
        assertThat(requests.count()).isZero();
        database.last("SELECT 1").complete();

        assertThat(subscriber.getReceivedOnNext()).containsExactly(7L);
    }

    /** It may be a COMMIT that its owner sent. */
    @Test
    void nothingOfALibrarysConnectionMustBeCancelled() {
        database.hold("QUERY", "ROLLBACK");
        subscribe(Mono.from(stage.transactions().connectionFactory().create())
                        .flatMap(connection -> Mono.from(Flux.from(connection
                                                .createStatement("QUERY")
                                                .execute())
                                        .concatMap(Result::getRowsUpdated))
                                .doOnCancel(() -> Mono.from(connection.close()).subscribe())))
                .cancel();
        stage.pass(Duration.ofSeconds(1));
        assertThat(requests.count()).isZero();
        database.last("ROLLBACK").complete();
    }

    @Test
    void aNestedScopeMustCancelInFrontOfRollbackTo() {
        String undo = "ROLLBACK TO SAVEPOINT s1";
        database.hold("INNER", undo);
        Sinks.Empty<Void> enough = Sinks.empty();
        TestSubscriber<Long> subscriber =
                stage.run(outer -> stage.inner(Propagation.NESTED, inner -> update(inner, "INNER"))
                        .timeout(enough.asMono(), Mono.just(7L))
                        .then(update(outer, "AFTER")));
        enough.tryEmitEmpty();
        assertThat(database.wire()).endsWith("INNER", undo);
        stage.pass(GRACE);
        assertThat(requests.count()).isEqualTo(1);
        database.last(undo).complete();
        assertThat(database.wire()).as("the outer scope waits for the request").endsWith("RELEASE SAVEPOINT s1");
        requests.completeLast();

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(database.wire()).endsWith("RELEASE SAVEPOINT s1", "AFTER", "COMMIT");
    }

    /** The inner scope's request would hit the next borrower just as well. */
    @Test
    void anOuterScopeMustWaitForTheRequestOfAnInnerOne() {
        String undo = "ROLLBACK TO SAVEPOINT s1";
        database.hold("INNER", undo, "ROLLBACK");
        Sinks.Empty<Void> enough = Sinks.empty();
        TestSubscriber<Long> subscriber =
                stage.run(outer -> stage.inner(Propagation.NESTED, inner -> update(inner, "INNER"))
                        .timeout(enough.asMono(), Mono.never()));
        enough.tryEmitEmpty();
        stage.pass(GRACE);
        assertThat(requests.count()).isEqualTo(1);
        subscriber.cancel();
        assertThat(database.wire()).endsWith(undo, "ROLLBACK");
        stage.pass(Duration.ofSeconds(1));
        assertThat(requests.count()).as("one at a time on a connection").isEqualTo(1);
        database.last(undo).complete();
        database.last("ROLLBACK").complete();
        assertThat(stage.source().status().acquired()).isEqualTo(1);
        requests.completeLast();

        assertThat(stage.source().status()).isEqualTo(IDLE);
        assertThat(requests.count()).isEqualTo(1);
    }

    @Test
    void theErrorAfterARequestThatFailedMustBeNamedBesideTheUsers() {
        database.hold("UPDATE", "ROLLBACK");
        Sinks.Empty<Object> failure = Sinks.empty();
        TestSubscriber<Object> subscriber = stage.run(connection ->
                Mono.zip(update(connection, "UPDATE"), failure.asMono()).cast(Object.class));
        failure.tryEmitError(new IllegalStateException("mine"));
        stage.pass(GRACE);
        R2dbcNonTransientResourceException reset = new R2dbcNonTransientResourceException("reset");
        requests.failLast(reset);

        assertThat(subscriber.expectTerminalError())
                .hasMessage("mine")
                .satisfies(error -> assertThat(Objects.requireNonNull(error).getSuppressed())
                        .singleElement()
                        .satisfies(late -> assertThat(late)
                                .hasMessageStartingWith("The request to cancel")
                                .hasCause(reset)));
    }
}
