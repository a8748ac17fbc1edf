package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.reactivesessions.transaction.Stage.subscribe;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.ValidationDepth;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.error.TransactionRolledBackException;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.subscriber.TestSubscriber;

/** Connections for libraries that manage their own. */
class ConnectionFactoryTest {

    @RegisterExtension
    final Stage stage = new Stage();

    private final ScriptedDatabase database = stage.database();
    private final ConnectionFactory connections = stage.transactions().connectionFactory();

    private static Mono<Long> update(Connection connection, String sql) {
        return Flux.from(connection.createStatement(sql).execute())
                .concatMap(result -> result.getRowsUpdated())
                .reduce(0L, Long::sum);
    }

    private static Mono<Void> done(Publisher<Void> command) {
        return Mono.fromDirect(command);
    }

    /** How a library works: open, begin, do, commit, close. */
    private Mono<Long> library(Function<Connection, Mono<Long>> work) {
        return Mono.usingWhen(
                connections.create(),
                connection -> done(connection.beginTransaction()).then(work.apply(connection)),
                connection -> done(connection.commitTransaction()).then(done(connection.close())),
                (connection, error) -> done(connection.rollbackTransaction()).then(done(connection.close())),
                connection -> done(connection.rollbackTransaction()).then(done(connection.close())));
    }

    private <T> TestSubscriber<T> inside(Publisher<T> work) {
        return stage.run(connection -> work);
    }

    private Connection open() {
        return Objects.requireNonNull(
                subscribe(connections.create()).getReceivedOnNext().get(0));
    }

    @Test
    void insideAScopeALibraryMustShareItsTransaction() {
        TestSubscriber<Long> subscriber = inside(library(connection -> update(connection, "LIBRARY")));

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(database.wire()).containsExactly("BEGIN", "LIBRARY", "COMMIT");
    }

    @Test
    void aRollbackOfALibraryMustKeepTheScopeFromCommitting() {
        TestSubscriber<Long> subscriber = inside(library(connection -> Mono.error(new IllegalStateException("mine")))
                .onErrorReturn(1L));

        assertThat(subscriber.expectTerminalError())
                .isInstanceOf(TransactionRolledBackException.class)
                .hasMessageContaining("a library's transaction");
        assertThat(database.wire()).containsExactly("BEGIN", "ROLLBACK");
    }

    @Test
    void aDefinitionThatContradictsTheScopeMustBeRefused() {
        TestSubscriber<Void> subscriber = inside(Mono.from(connections.create())
                .flatMap(connection -> done(connection.beginTransaction(IsolationLevel.SERIALIZABLE))));

        assertThat(subscriber.expectTerminalError()).hasMessageContaining("cannot become part of the transaction");
    }

    @Test
    void closeMustDoNothingAnyNumberOfTimes() {
        TestSubscriber<Long> subscriber = inside(Mono.from(connections.create())
                .flatMap(connection ->
                        done(connection.close()).then(done(connection.close())).then(update(connection, "AFTER"))));

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(database.wire()).containsExactly("BEGIN", "AFTER", "COMMIT");
    }

    @Test
    void savepointsMustHaveNamesOfOurs() {
        TestSubscriber<Void> subscriber = inside(Mono.from(connections.create())
                .flatMap(connection -> done(connection.createSavepoint("x; COMMIT"))
                        .then(done(connection.rollbackTransactionToSavepoint("x; COMMIT")))
                        .then(done(connection.releaseSavepoint("x; COMMIT")))));

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(database.wire()).hasSize(5);
        assertThat(database.wire().get(1)).matches("SAVEPOINT l\\d+");
        assertThat(database.wire().get(2)).matches("ROLLBACK TO SAVEPOINT l\\d+");
        assertThat(database.wire().get(3)).matches("RELEASE SAVEPOINT l\\d+");
    }

    @Test
    void aSavepointNobodySetMustBeNamed() {
        TestSubscriber<Void> subscriber =
                inside(Mono.from(connections.create()).flatMap(connection -> done(connection.releaseSavepoint("x"))));

        assertThat(subscriber.expectTerminalError()).hasMessageContaining("savepoint \"x\" does not exist");
    }

    @Test
    void autoCommitMustNeverCommitTheScope() {
        TestSubscriber<Long> subscriber = inside(Mono.from(connections.create()).flatMap(connection -> {
            assertThat(connection.isAutoCommit()).isFalse();
            return done(connection.setAutoCommit(false))
                    .then(done(connection.setAutoCommit(true)))
                    .then(update(connection, "AFTER"));
        }));

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(database.wire()).containsExactly("BEGIN", "AFTER", "COMMIT");
    }

    @Test
    void afterTheScopeNothingMustBeSent() {
        Sinks.One<Connection> late = Sinks.one();
        inside(Mono.from(connections.create()).doOnNext(late::tryEmitValue).then());
        Connection connection = Objects.requireNonNull(late.asMono().block());

        assertThatThrownBy(() -> connection.createStatement("LATE")).hasMessageContaining("has ended");
        assertThat(subscribe(connection.beginTransaction()).expectTerminalError())
                .hasMessageContaining("has ended");
        assertThat(database.wire()).containsExactly("BEGIN", "COMMIT");
    }

    @Test
    void insideASessionWithoutATransactionBeginMustBeRefused() {
        TestSubscriber<Void> subscriber = subscribe(stage.transactions()
                .sessionMono(session ->
                        Mono.from(connections.create()).flatMap(connection -> done(connection.beginTransaction()))));

        assertThat(subscriber.expectTerminalError()).hasMessageContaining("the session has no transaction");
    }

    @Test
    void outsideALibraryMustHaveATransactionOfItsOwn() {
        TestSubscriber<Long> subscriber = subscribe(library(connection -> update(connection, "LIBRARY")));

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(database.wire()).containsExactly("BEGIN", "LIBRARY", "COMMIT");
        assertThat(stage.ends()).as("it is none of ours").isEmpty();
    }

    /** What the driver remembers can be the level of a borrower before. */
    @Test
    void theIsolationLevelMustBeWhatTheLibraryAskedForWhileItsTransactionIsOpen() {
        Connection connection = open();
        subscribe(connection.beginTransaction(IsolationLevel.SERIALIZABLE));
        assertThat(connection.getTransactionIsolationLevel()).isEqualTo(IsolationLevel.SERIALIZABLE);
        subscribe(connection.commitTransaction());
        assertThat(connection.getTransactionIsolationLevel()).isEqualTo(IsolationLevel.READ_COMMITTED);
        subscribe(connection.beginTransaction());
        assertThat(connection.getTransactionIsolationLevel()).isEqualTo(IsolationLevel.READ_COMMITTED);
        subscribe(connection.rollbackTransaction());
        subscribe(connection.beginTransaction(IsolationLevel.SERIALIZABLE));
        subscribe(connection.setAutoCommit(false));
        assertThat(connection.getTransactionIsolationLevel()).isEqualTo(IsolationLevel.SERIALIZABLE);
        subscribe(connection.rollbackTransaction());
        subscribe(connection.setAutoCommit(false));
        assertThat(connection.getTransactionIsolationLevel()).isEqualTo(IsolationLevel.READ_COMMITTED);
        subscribe(connection.close());
    }

    @Test
    void whatIsLeftOpenMustBeRolledBackByClose() {
        Connection connection = open();
        subscribe(connection.beginTransaction());
        assertThat(stage.source().status().acquired()).isEqualTo(1);
        TestSubscriber<Void> closed = subscribe(connection.close());

        assertThat(closed.isTerminatedComplete()).isTrue();
        assertThat(database.wire()).containsExactly("BEGIN", "ROLLBACK");
    }

    @Test
    void closeMustBeHarmlessTheSecondTime() {
        Connection connection = open();
        subscribe(connection.close());

        assertThat(subscribe(connection.close()).isTerminatedComplete()).isTrue();
        assertThatThrownBy(() -> connection.createStatement("LATE")).hasMessageContaining("has ended");
        assertThat(database.wire()).isEmpty();
    }

    /** R2DBC: "does not emit errors and does not complete empty". */
    @Test
    void aClosedConnectionMustBeInvalidWithoutAnError() {
        Connection connection = open();
        assertThat(validity(connection)).containsExactly(true, true);
        subscribe(connection.close());

        assertThat(validity(connection)).containsExactly(false, false);
        assertThat(database.wire()).as("the physical connection is not asked").containsExactly("VALIDATE");
    }

    private static List<Boolean> validity(Connection connection) {
        return subscribe(Flux.concat(
                        connection.validate(ValidationDepth.LOCAL), connection.validate(ValidationDepth.REMOTE)))
                .getReceivedOnNext();
    }

    @Test
    void aStatementLeftRunningMustBeCancelledByClose() {
        database.hold("SLOW", "ROLLBACK");
        Connection connection = open();
        TestSubscriber<Long> statement = subscribe(update(connection, "SLOW"));
        TestSubscriber<Void> closed = subscribe(connection.close());
        assertThat(database.last("SLOW").isCancelled()).isTrue();
        assertThat(closed.isTerminated()).isFalse();
        database.last("ROLLBACK").complete();

        assertThat(closed.isTerminatedComplete()).isTrue();
        assertThat(statement.isTerminated()).isFalse();
        assertThat(database.wire()).containsExactly("SLOW", "ROLLBACK");
    }

    @Test
    void aCancelBeforeTheHandOverMustLeaveNothingBehind() {
        database.hold("HELD");
        Connection first = open();
        TestSubscriber<? extends Connection> waiting = subscribe(connections.create());
        assertThat(stage.source().status().pending()).isEqualTo(1);
        waiting.cancel();
        assertThat(stage.source().status().pending()).isZero();
        subscribe(first.close());

        assertThat(waiting.getReceivedOnNext()).isEmpty();
    }

    @Test
    void withoutDemandNothingMustBeAcquired() {
        TestSubscriber<Connection> subscriber =
                TestSubscriber.builder().initialRequest(0).build();
        connections.create().subscribe(subscriber);
        assertThat(stage.source().status().acquired()).isZero();
        subscriber.request(1);
        assertThat(stage.source().status().acquired()).isEqualTo(1);

        subscribe(subscriber.getReceivedOnNext().get(0).close());
    }

    @Test
    void aCancelBehindTheHandOverMustNotTakeTheConnectionAway() {
        TestSubscriber<? extends Connection> owner = subscribe(connections.create());
        owner.cancel();
        assertThat(stage.source().status().acquired()).isEqualTo(1);

        assertThat(subscribe(update(owner.getReceivedOnNext().get(0), "WORK")).isTerminatedComplete())
                .isTrue();
        subscribe(owner.getReceivedOnNext().get(0).close());
    }

    @Test
    void aLostConnectionMustBeClosedWithoutAnError() {
        database.fails("ROLLBACK", () -> new R2dbcNonTransientResourceException("lost", "08006"));
        Connection connection = open();
        subscribe(connection.beginTransaction());

        assertThat(subscribe(connection.close()).isTerminatedComplete()).isTrue();
        assertThat(database.wire()).containsExactly("BEGIN", "ROLLBACK", "CLOSE");
    }

    @Test
    void aFactoryBoundToAScopeMustNeedNoContext() {
        TestSubscriber<Long> subscriber = stage.run(connection -> Mono.deferContextual(context -> {
            Scope<?> scope = context.get(stage.transactions());
            return Mono.from(scope.connectionFactory().create())
                    .flatMap(shared -> update(shared, "LIBRARY"))
                    .contextWrite(bare -> reactor.util.context.Context.empty());
        }));

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(database.wire()).containsExactly("BEGIN", "LIBRARY", "COMMIT");
    }
}
