package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.transaction.Stage.rows;
import static org.reactivesessions.transaction.Stage.update;

import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcPermissionDeniedException;
import io.r2dbc.spi.R2dbcRollbackException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.dialect.CommitAnswer;
import org.reactivesessions.error.CommitOutcomeUnknownException;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.TransactionRolledBackException;
import org.reactivesessions.pool.PoolStatus;
import org.reactivesessions.scripted.ScriptedDatabase;
import reactor.core.publisher.Mono;
import reactor.test.subscriber.TestSubscriber;

/** An error in every phase: what reaches the wire, what the subscriber and the listener hear, what becomes of the connection. */
class FailureTest {

    private static final PoolStatus KEPT = new PoolStatus(0, 1, 0, 1, 1, 0, 0);
    private static final PoolStatus DESTROYED = new PoolStatus(0, 0, 0, 0, 1, 0, 0);

    @RegisterExtension
    final Stage stage = new Stage();

    private final ScriptedDatabase database = stage.database();

    private TestSubscriber<Long> transfer() {
        return stage.run(connection -> update(connection, "UPDATE"));
    }

    private Throwable failure() {
        return transfer().expectTerminalError();
    }

    @Test
    void aConnectionThatCannotBeOpenedMustBeTheDriversError() {
        database.fails("CONNECT", () -> new R2dbcPermissionDeniedException("wrong password"));

        assertThat(failure()).isInstanceOf(R2dbcPermissionDeniedException.class);
        assertThat(stage.ends()).containsExactly("ACQUIRING NOT_STARTED wrong password");
    }

    @Test
    void aRefusedBeginMustKeepTheConnection() {
        database.fails("BEGIN", () -> new R2dbcBadGrammarException("no", "42601"));

        assertThat(failure()).isInstanceOf(R2dbcBadGrammarException.class);
        assertThat(database.wire()).containsExactly("BEGIN");
        assertThat(stage.ends()).containsExactly("BEGINNING NOT_STARTED no");
        assertThat(stage.source().status()).isEqualTo(KEPT);
    }

    @Test
    void aBeginThatFailedInsideItsTransactionMustBeRolledBack() {
        database.hold("BEGIN");
        TestSubscriber<Long> subscriber = transfer();
        database.connection(0).inTransaction(true);
        database.last("BEGIN").fail(new R2dbcBadGrammarException("no setting", "42704"));

        assertThat(subscriber.expectTerminalError()).hasMessage("no setting");
        assertThat(database.wire()).containsExactly("BEGIN", "ROLLBACK");
        assertThat(stage.ends()).containsExactly("BEGINNING NOT_STARTED no setting");
        assertThat(stage.source().status()).isEqualTo(KEPT);
    }

    @Test
    void aBeginThatWasNotAnsweredByTheServerMustCostTheConnection() {
        database.fails("BEGIN", () -> new R2dbcNonTransientResourceException("broken pipe"));

        assertThat(failure()).hasMessage("broken pipe");
        assertThat(stage.ends()).containsExactly("BEGINNING NOT_STARTED broken pipe");
        assertThat(stage.source().status()).isEqualTo(DESTROYED);
    }

    @Test
    void aStatementsErrorMustRollBackAndReachTheSubscriberAfterTheAnswer() {
        R2dbcDataIntegrityViolationException error = new R2dbcDataIntegrityViolationException("duplicate", "23505");
        database.fails("UPDATE", () -> error).hold("ROLLBACK");
        TestSubscriber<Long> subscriber = transfer();
        assertThat(subscriber.isTerminated()).isFalse();
        database.last("ROLLBACK").complete();

        assertThat(subscriber.expectTerminalError()).isSameAs(error).hasNoSuppressedExceptions();
        assertThat(database.wire()).containsExactly("BEGIN", "UPDATE", "ROLLBACK");
        assertThat(stage.ends()).containsExactly("ACTIVE ROLLED_BACK duplicate");
        assertThat(stage.source().status()).isEqualTo(KEPT);
    }

    @Test
    void aRollbackThatFailsMustCostTheConnectionAndBeSuppressedOnTheUsersError() {
        IllegalStateException error = new IllegalStateException("the user's");
        database.fails("UPDATE", () -> error)
                .fails("ROLLBACK", () -> new R2dbcNonTransientResourceException("no ROLLBACK"));

        assertThat(failure()).isSameAs(error);
        assertThat(error.getSuppressed())
                .singleElement()
                .satisfies(late -> assertThat(late).hasMessage("no ROLLBACK"));
        assertThat(stage.ends()).containsExactly("ACTIVE ROLLED_BACK the user's");
        assertThat(stage.source().status()).isEqualTo(DESTROYED);
    }

    @Test
    void aRollbackThatLeavesTheTransactionOpenMustCostTheConnection() {
        database.fails("UPDATE", () -> new IllegalStateException("boom"));
        stage.dialect().inTransaction(connection -> true);

        assertThat(failure()).hasMessage("boom");
        assertThat(stage.source().status()).isEqualTo(DESTROYED);
    }

    @Test
    void aConnectionLostUnderAStatementMustBeDestroyedWithoutRollback() {
        database.hold("UPDATE");
        TestSubscriber<Long> subscriber = transfer();
        database.connection(0).lose();

        assertThat(subscriber.expectTerminalError()).hasMessage("The script's connection was lost");
        assertThat(database.wire()).containsExactly("BEGIN", "UPDATE");
        assertThat(stage.ends()).containsExactly("ACTIVE ROLLED_BACK The script's connection was lost");
        assertThat(stage.source().status()).isEqualTo(DESTROYED);
    }

    @Test
    void aConnectionLostBeforeCommitMustRollBackWithoutDoubt() {
        TestSubscriber<String> subscriber = stage.run(connection -> update(connection, "UPDATE")
                .thenReturn("done")
                .doOnNext(done -> database.connection(0).lose()));

        assertThat(subscriber.expectTerminalError())
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageStartingWith("transfer: the connection was lost before COMMIT was sent; nothing of the"
                        + " transaction is durable.");
        assertThat(database.wire()).containsExactly("BEGIN", "UPDATE");
        assertThat(stage.ends()).singleElement().asString().startsWith("COMMITTING ROLLED_BACK");
        assertThat(stage.source().status()).isEqualTo(DESTROYED);
    }

    @Test
    void aSwallowedErrorMustComeOutAtCommitWithItsCause() {
        database.fails("UPDATE", () -> new R2dbcDataIntegrityViolationException("duplicate", "23505"));
        stage.dialect()
                .commit(connection -> Mono.fromRunnable(
                                () -> database.connection(0).inTransaction(false))
                        .then(Mono.error(new R2dbcRollbackException("COMMIT was answered with ROLLBACK"))));
        TestSubscriber<String> subscriber = stage.run(connection -> update(connection, "UPDATE")
                .onErrorResume(error -> Mono.empty())
                .thenReturn("done"));

        assertThat(subscriber.expectTerminalError())
                .isInstanceOf(TransactionRolledBackException.class)
                .hasMessageStartingWith("transfer: rolled back by the database, although the function completed")
                .cause()
                .hasMessage("duplicate");
        assertThat(stage.ends()).singleElement().asString().startsWith("COMMITTING ROLLED_BACK transfer:");
        assertThat(stage.source().status()).isEqualTo(KEPT);
    }

    @Test
    void aRollbackOfTheServersOwnMustHaveTheDriversErrorAsItsCause() {
        stage.dialect().commitAnswer(error -> CommitAnswer.ROLLED_BACK);
        database.fails("COMMIT", () -> new R2dbcRollbackException("driver"));

        assertThat(failure())
                .isInstanceOf(TransactionRolledBackException.class)
                .cause()
                .hasMessage("driver");
        assertThat(database.wire()).endsWith("COMMIT", "ROLLBACK"); // the script's driver still says "inside"
    }

    @Test
    void aRefusedCommitMustBeTheDriversError() {
        commitEndsWith(new R2dbcDataIntegrityViolationException("deferred", "23505"));

        assertThat(failure()).hasMessage("deferred");
        assertThat(database.wire()).containsExactly("BEGIN", "UPDATE");
        assertThat(stage.ends()).containsExactly("COMMITTING ROLLED_BACK deferred");
        assertThat(stage.source().status()).isEqualTo(KEPT);
    }

    @Test
    void aCommitWithoutADefiniteAnswerMustBeInDoubtAndCostTheConnection() {
        R2dbcNonTransientResourceException lost = new R2dbcNonTransientResourceException("connection reset");
        database.fails("COMMIT", () -> lost);

        assertThat(failure())
                .isInstanceOf(CommitOutcomeUnknownException.class)
                .hasMessageStartingWith("transfer: the outcome of COMMIT is unknown: the connection was lost before the"
                        + " answer came.")
                .hasCause(lost);
        assertThat(database.wire()).containsExactly("BEGIN", "UPDATE", "COMMIT", "CLOSE");
        assertThat(stage.ends()).singleElement().asString().startsWith("COMMITTING IN_DOUBT transfer:");
        assertThat(stage.source().status()).isEqualTo(DESTROYED);
    }

    @Test
    void aCommitThatWasNeverSentMustBeRolledBackAndCostTheConnection() {
        database.fails("COMMIT", () -> new R2dbcNonTransientResourceException("closed before"));
        stage.dialect().commitAnswer(error -> CommitAnswer.NOT_SENT);

        assertThat(failure()).hasMessage("closed before");
        assertThat(stage.ends()).containsExactly("COMMITTING ROLLED_BACK closed before");
        assertThat(stage.source().status()).isEqualTo(DESTROYED);
    }

    @Test
    void aTransactionThatWasEndedBehindTheScopesBackMustBeInDoubt() {
        TestSubscriber<String> subscriber = stage.run(connection -> {
            database.connection(0).inTransaction(false);
            return Mono.just("done");
        });

        assertThat(subscriber.expectTerminalError())
                .isInstanceOf(CommitOutcomeUnknownException.class)
                .hasMessageContaining("the transaction was ended inside the function");
        assertThat(database.wire()).containsExactly("BEGIN", "CLOSE");
        assertThat(stage.ends()).singleElement().asString().startsWith("COMMITTING IN_DOUBT");
    }

    @Test
    void aSubscriberOfAStatementThatThrowsMustRollBack() {
        database.rows("SELECT", "a");
        List<String> seen = new ArrayList<>();
        TestSubscriber<String> subscriber = stage.run(connection -> {
            rows(connection, "SELECT").subscribe(row -> {
                seen.add(row);
                throw new NoClassDefFoundError("row");
            });
            return Mono.<String>never();
        });

        assertThat(seen).containsExactly("a");
        assertThat(subscriber.expectTerminalError()).isInstanceOf(NoClassDefFoundError.class);
        assertThat(database.wire()).containsExactly("BEGIN", "SELECT", "ROLLBACK");
    }

    /** COMMIT fails, but ends the transaction. */
    private void commitEndsWith(Throwable error) {
        stage.dialect()
                .commit(connection -> Mono.defer(() -> {
                    database.connection(0).inTransaction(false);
                    return Mono.error(error);
                }));
    }
}
