package org.reactivesessions.transaction;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.reactivesessions.transaction.Stage.subscribe;
import static org.reactivesessions.transaction.Stage.update;

import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcRollbackException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.dialect.CommitAnswer;
import org.reactivesessions.error.CommitMarkerException;
import org.reactivesessions.error.CommitOutcomeUnknownException;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.error.TransactionRolledBackException;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivesessions.scripted.ScriptedMarker;
import org.reactivesessions.scripted.ScriptedRow;
import reactor.core.publisher.Mono;
import reactor.test.subscriber.TestSubscriber;

/** The commit marker: what is sent with COMMIT, and what is asked when its answer is lost. */
class MarkerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final TransactionOptions MARKED = TransactionOptions.defaults()
            .named("transfer")
            .verification(CommitVerification.marker().within(PATIENCE));

    @RegisterExtension
    final Stage stage = Stage.marking(2);

    private final ScriptedDatabase database = stage.database();

    @BeforeEach
    void letMarkersBePossible() {
        database.rows("READY", ScriptedRow.NULL);
        database.rows("PURGE", "");
    }

    private TestSubscriber<Long> run(TransactionOptions options) {
        return subscribe(stage.transactions().mono(options, connection -> update(connection, "UPDATE")));
    }

    /** Loses the answer to the next COMMIT, and to no other. */
    private void loseCommit() {
        AtomicInteger commits = new AtomicInteger();
        stage.dialect()
                .commitAnswer(error -> CommitAnswer.UNKNOWN)
                .commit(connection -> commits.incrementAndGet() == 1
                        ? Mono.error(new R2dbcNonTransientResourceException("connection reset", "08006"))
                        : connection.commitTransaction());
    }

    @Test
    void theMarkerMustGoOutWithCommitInOneFlight() {
        database.hold("MARK", "COMMIT");
        TestSubscriber<Long> subscriber = run(MARKED);

        assertThat(database.wire()).containsExactly("READY", "BEGIN", "UPDATE", "MARK", "COMMIT");
        database.last("MARK").complete();
        assertThat(subscriber.isTerminated()).isFalse();
        database.letPass("COMMIT").last("COMMIT").complete();
        assertThat(subscriber.isTerminatedComplete()).isTrue();
    }

    @Test
    void onlyTheFirstTransactionMustAskWhetherMarkersArePossible() {
        run(MARKED);
        int sent = database.wire().size();

        run(MARKED);

        assertThat(database.wire().subList(sent, database.wire().size()))
                .containsExactly("BEGIN", "UPDATE", "MARK", "COMMIT");
    }

    @Test
    void aDatabaseWithoutMarkersMustBeToldBeforeAnythingIsBegun() {
        database.rows("READY", "the table is missing; install it (help: troubleshooting.md#no-marker)");
        TestSubscriber<Long> subscriber = run(MARKED);

        assertThat(subscriber.expectTerminalError())
                .isInstanceOf(CommitMarkerException.class)
                .hasMessageContaining("transfer")
                .hasMessageEndingWith("the table is missing; install it (help: troubleshooting.md#no-marker)");
        assertThat(database.wire()).containsExactly("READY");
        assertThat(stage.ends()).hasSize(1).first().asString().startsWith("BEGINNING NOT_STARTED");
        assertThat(stage.source().status().idle()).as("the connection is kept").isEqualTo(1);

        database.rows("READY", ScriptedRow.NULL);
        assertThat(run(MARKED).isTerminatedComplete()).as("it is asked again").isTrue();
    }

    @Test
    void aDialectThatLeavesNoMarkersMustSaySoAtAssembly() {
        stage.dialect().marker(null);

        assertThatThrownBy(() -> run(MARKED))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("commit marker");
    }

    @Test
    void aReadOnlyTransactionMustLeaveNone() {
        assertThat(run(MARKED.readOnly()).isTerminatedComplete()).isTrue();

        assertThat(database.wire()).containsExactly("BEGIN", "UPDATE", "COMMIT");
    }

    @Test
    void markingAlwaysMustBePassedOn() {
        run(MARKED.verification(CommitVerification.marker(CommitVerification.Marking.ALWAYS)));

        assertThat(database.wire()).contains("MARK ALWAYS");
    }

    @Test
    void aRefusedMarkerMustBeToldAsWhatRolledItBack() {
        stage.dialect().commitAnswer(error -> CommitAnswer.ROLLED_BACK);
        database.fails("MARK", () -> new R2dbcBadGrammarException("denied", "42501"));
        database.fails("COMMIT", () -> new R2dbcRollbackException("rolled back"));

        assertThat(run(MARKED).expectTerminalError())
                .isInstanceOf(TransactionRolledBackException.class)
                .hasMessageEndingWith(
                        "its commit marker was refused: refused, because: denied (help: troubleshooting.md#rolled-back)");
        assertThat(stage.ends()).hasSize(1).first().asString().startsWith("COMMITTING ROLLED_BACK");
    }

    @Test
    void anErrorThatWasSwallowedBeforeMustBeToldInItsPlace() {
        stage.dialect().commitAnswer(error -> CommitAnswer.ROLLED_BACK);
        database.fails("UPDATE", () -> new R2dbcBadGrammarException("the first", "42703"));
        database.fails("MARK", () -> new R2dbcBadGrammarException("aborted", "25P02"));
        database.fails("COMMIT", () -> new R2dbcRollbackException("rolled back"));
        TestSubscriber<Long> subscriber = subscribe(stage.transactions()
                .mono(MARKED, connection -> update(connection, "UPDATE").onErrorResume(error -> Mono.empty())));

        assertThat(subscriber.expectTerminalError()).hasRootCauseMessage("the first");
    }

    @Test
    void commitMustNotFollowAMarkerThatWasNotSent() {
        stage.dialect().commitAnswer(error -> CommitAnswer.UNKNOWN);
        database.fails("MARK", () -> new IllegalStateException("the queue is full"));

        assertThat(run(MARKED).expectTerminalError()).hasMessage("the queue is full");
        assertThat(database.wire()).containsExactly("READY", "BEGIN", "UPDATE", "MARK", "CLOSE");
        assertThat(stage.ends()).containsExactly("COMMITTING ROLLED_BACK the queue is full");
    }

    @Test
    void whatMayWriteInCommitMustBeMarkedAlways() {
        subscribe(stage.transactions()
                .mono(MARKED, connection -> update(connection, "DECLARE c CURSOR WITH HOLD FOR SELECT f()")));

        assertThat(database.wire()).contains("MARK ALWAYS");
    }

    @Test
    void aLongDoubtMustEnd() {
        loseCommit();
        database.fails("RESOLVE", () -> new R2dbcRollbackException("lock not available", "55P03"));
        TestSubscriber<Long> subscriber =
                run(MARKED.verification(CommitVerification.marker().within(Duration.ofHours(3))));
        stage.pass(Duration.ofHours(4));

        assertThat(subscriber.expectTerminalError()).isInstanceOf(CommitOutcomeUnknownException.class);
    }

    @Test
    void aTransactionThatWasEndedInsideMustNotBeResolved() {
        TestSubscriber<Long> subscriber = subscribe(stage.transactions()
                .mono(
                        MARKED,
                        connection -> update(connection, "UPDATE")
                                .doOnNext(done -> database.connection(0).inTransaction(false))));

        assertThat(subscriber.expectTerminalError()).isInstanceOf(CommitOutcomeUnknownException.class);
        assertThat(database.wire()).doesNotContain("MARK", "RESOLVE");
        assertThat(stage.ends()).hasSize(1).first().asString().startsWith("COMMITTING IN_DOUBT");
    }

    @Test
    void aMarkerThatIsFoundMustEndTheDoubtAsCommitted() {
        List<String> hooks = new ArrayList<>();
        loseCommit();
        database.rows("RESOLVE", true);
        TestSubscriber<Long> subscriber = subscribe(stage.transactions()
                .mono(
                        MARKED,
                        connection -> Mono.deferContextual(context -> {
                            requireNonNull(stage.transactions().outer(context))
                                    .afterCommit(() -> Mono.fromRunnable(() -> hooks.add("after")));
                            return update(connection, "UPDATE");
                        })));

        assertThat(subscriber.getReceivedOnNext()).containsExactly(1L);
        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(hooks).containsExactly("after");
        assertThat(stage.ends()).containsExactly("COMMITTING COMMITTED");
        assertThat(stage.events()).containsExactly("transfer resolved COMMITTED");
        assertThat(database.wire()).containsSubsequence("MARK", "CLOSE", "BEGIN", "RESOLVE", "COMMIT");
    }

    @Test
    void aMarkerThatIsFencedMustEndTheDoubtAsRolledBack() {
        loseCommit();
        database.rows("RESOLVE", false);

        Throwable error = run(MARKED).expectTerminalError();

        assertThat(error)
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageContaining("its marker shows that it did not take effect and never will")
                .hasRootCauseMessage("connection reset");
        assertThat(((DatabaseUnavailableException) error).outcome()).isEqualTo(TransactionOutcome.ROLLED_BACK);
        assertThat(stage.ends()).hasSize(1).first().asString().startsWith("COMMITTING ROLLED_BACK");
        assertThat(stage.events()).containsExactly("transfer resolved ROLLED_BACK");
    }

    @Test
    void aTransactionThatIsResolvedAsRolledBackMayBeRunAgain() {
        AtomicInteger calls = new AtomicInteger();
        loseCommit();
        database.rows("RESOLVE", false);
        TestSubscriber<Long> subscriber =
                subscribe(stage.transactions().mono(MARKED.retry(TransactionRetry.defaults()), connection -> {
                    calls.incrementAndGet();
                    return update(connection, "UPDATE");
                }));
        stage.pass(PATIENCE);

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(calls).hasValue(2);
        assertThat(stage.ends()).containsExactly("COMMITTING COMMITTED");
    }

    @Test
    void theAnswerMustCountOnlyOnceTheQuestionIsCommitted() {
        loseCommit();
        database.rows("RESOLVE", true);
        database.hold("COMMIT");
        TestSubscriber<Long> subscriber = run(MARKED);

        assertThat(database.wire()).endsWith("RESOLVE", "COMMIT");
        assertThat(subscriber.isTerminated()).isFalse();
        assertThat(stage.ends()).isEmpty();
        database.letPass("COMMIT").last("COMMIT").complete();
        assertThat(subscriber.isTerminatedComplete()).isTrue();
    }

    @Test
    void itMustBeAskedUntilThereIsAnAnswer() {
        loseCommit();
        database.fails("RESOLVE", () -> new R2dbcRollbackException("lock not available", "55P03"));
        TestSubscriber<Long> subscriber = run(MARKED);
        stage.pass(Duration.ofSeconds(10));
        assertThat(subscriber.isTerminated()).isFalse();
        database.recovers("RESOLVE");
        database.rows("RESOLVE", true);

        stage.pass(Duration.ofSeconds(10));

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(database.wire()).filteredOn("RESOLVE"::equals).hasSizeGreaterThan(5);
    }

    @Test
    void aDatabaseThatCannotBeAskedMustLeaveItUnknown() {
        loseCommit();
        database.fails("RESOLVE", () -> new R2dbcRollbackException("lock not available", "55P03"));
        TestSubscriber<Long> subscriber = run(MARKED);
        stage.pass(PATIENCE);

        Throwable error = subscriber.expectTerminalError();
        assertThat(error)
                .isInstanceOf(CommitOutcomeUnknownException.class)
                .hasMessageContaining("30000 ms")
                .hasMessageContaining("lock not available")
                .hasMessageContaining("RESOLVE")
                .hasRootCauseMessage("connection reset");
        assertThat(((CommitOutcomeUnknownException) error).token()).isEqualTo(ScriptedMarker.TOKEN);
        assertThat(stage.ends()).hasSize(1).first().asString().startsWith("COMMITTING IN_DOUBT");
        assertThat(stage.events()).containsExactly("transfer resolved IN_DOUBT");
    }

    @Test
    void whatIsTooLongAgoMustStayUnknownAtOnce() {
        loseCommit();
        database.rows("RESOLVE", ScriptedRow.NULL);

        assertThat(run(MARKED).expectTerminalError())
                .isInstanceOf(CommitOutcomeUnknownException.class)
                .hasMessageContaining("not kept any more");
    }

    @Test
    void aReadOnlyTransactionMustNotBeAskedAfter() {
        loseCommit();

        assertThat(run(MARKED.readOnly()).expectTerminalError())
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageContaining("nothing of it was written in this database");
        assertThat(database.wire()).doesNotContain("RESOLVE");
        assertThat(stage.ends()).hasSize(1).first().asString().startsWith("COMMITTING ROLLED_BACK");
    }

    @Test
    void withoutAMarkerItMustStayInDoubt() {
        loseCommit();

        assertThat(run(TransactionOptions.defaults().named("transfer")).expectTerminalError())
                .isInstanceOf(CommitOutcomeUnknownException.class)
                .hasMessageContaining("CommitVerification.marker()");
    }

    @Test
    void aSubscriberThatLeavesMustNotEndTheQuestion() {
        loseCommit();
        database.rows("RESOLVE", true);
        database.hold("RESOLVE");
        TestSubscriber<Long> subscriber = run(MARKED);

        subscriber.cancel();

        assertThat(stage.isQuiet()).isFalse();
        database.letPass("RESOLVE").last("RESOLVE").rows(true).complete();
        assertThat(stage.isQuiet()).isTrue();
        assertThat(stage.ends()).containsExactly("COMMITTING COMMITTED");
    }

    @Test
    void theQuestionMustNotJoinATransactionAround() {
        database.rows("RESOLVE", true);
        TestSubscriber<Long> subscriber = subscribe(stage.<Long>mono(outer -> {
            loseCommit();
            return stage.transactions()
                    .mono(MARKED.propagation(Propagation.REQUIRES_NEW), connection -> update(connection, "UPDATE"));
        }));

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(database.wire())
                .containsSubsequence("BEGIN", "BEGIN", "CLOSE", "BEGIN", "RESOLVE", "COMMIT", "COMMIT");
    }

    @Test
    void closingMustLetTheQuestionEnd() {
        loseCommit();
        database.fails("RESOLVE", () -> new R2dbcRollbackException("lock not available", "55P03"));
        TestSubscriber<Long> subscriber = run(MARKED);
        TestSubscriber<Void> closing = subscribe(stage.transactions().close(Duration.ofSeconds(30)));
        assertThat(closing.isTerminated()).isFalse();
        database.recovers("RESOLVE");
        database.rows("RESOLVE", true);

        stage.pass(Duration.ofSeconds(10));

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(closing.isTerminatedComplete()).isTrue();
    }

    @Test
    void oldMarkersMustBeForgottenOnceAnHour() {
        run(MARKED);
        run(MARKED);
        assertThat(database.wire()).filteredOn("PURGE"::equals).hasSize(1);

        stage.pass(Duration.ofHours(1));
        run(MARKED);
        assertThat(database.wire()).filteredOn("PURGE"::equals).hasSize(2);
        assertThat(stage.ends()).as("nobody hears of it").hasSize(3);
    }

    @Test
    void markersThatCannotBeForgottenMustChangeNothing() {
        database.fails("PURGE", () -> new R2dbcRollbackException("lock not available", "55P03"));

        assertThat(run(MARKED).isTerminatedComplete()).isTrue();
        assertThat(stage.isQuiet()).isTrue();
    }

    @Test
    void limitsThatCannotBeMustBeRefused() {
        assertThatThrownBy(() -> CommitVerification.marker().within(Duration.ZERO))
                .hasMessageEndingWith("but was PT0S");
    }
}
