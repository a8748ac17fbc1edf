package org.reactivesessions.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.TransactionDefinition;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.dialect.CommitAnswer;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.dialect.StandardDialect;
import org.reactivesessions.observation.SessionListener;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.wire.GatedConnection;
import org.reactivesessions.wire.StatementGate;
import org.reactivestreams.Publisher;

/** The contract catches what it is there for: each implementor here is broken in one way. */
class ContractTeethTest {

    @Test
    void aRollbackThatCommitsMustBeCaught() {
        assertThat(Launched.of(selectClass(CommitsInstead.class)).failed())
                .contains(
                        "anErrorOfTheFunctionMustRollBackAndComeAsItIs",
                        "aFailedStatementMustUndoAllAndKeepTheConnection",
                        "aCancelBetweenStatementsMustUndoAll",
                        "aTimeoutMustRollBack",
                        "takeBehindAStreamMustRollBack",
                        "randomCancelsMustLeaveNoHalfTransaction",
                        "aBatchMustRunInTheTransaction")
                .doesNotContain("aTransactionMustCommitAllOfItsStatements");
    }

    @Test
    void aCommitThatRollsBackMustBeCaught() {
        assertThat(Launched.of(selectClass(RollsBackInstead.class)).failed())
                .contains(
                        "aTransactionMustCommitAllOfItsStatements",
                        "anEmptyResultMustCommit",
                        "takeInsideAStreamMustCommit",
                        "oneConnectionMustServeTransactionsInTurn",
                        "closeMustWaitForWhatRunsAndRefuseWhatComes")
                .doesNotContain("aCancelBetweenStatementsMustUndoAll");
    }

    @Test
    void anEndThatIsHeardTwiceMustBeCaught() {
        assertThat(Launched.of(selectClass(TellsTwice.class)).failed())
                .contains("everyEndMustBeHeardExactlyOnce", "aTransactionMustCommitAllOfItsStatements")
                .doesNotContain("bindMustTakeIndexesFromZeroAndMarkersByName");
    }

    /** Run by the launcher above, not on its own. */
    static class CommitsInstead extends H2ContractTest {

        @Override
        public String driver() {
            return "H2 that commits instead of rolling back";
        }

        @Override
        Dialect dialect() {
            return new Swapped(true);
        }
    }

    /** Run by the launcher above, not on its own. */
    static class RollsBackInstead extends H2ContractTest {

        @Override
        public String driver() {
            return "H2 that rolls back instead of committing";
        }

        @Override
        Dialect dialect() {
            return new Swapped(false);
        }
    }

    /** Run by the launcher above, not on its own. */
    static class TellsTwice extends H2ContractTest {

        @Override
        public String driver() {
            return "H2 that tells every end twice";
        }

        @Override
        public ReactiveSessions open(PoolOptions pool, SessionListener listener, Duration closeGrace) {
            return super.open(
                    pool,
                    (name, phase, outcome, error) -> {
                        listener.ended(name, phase, outcome, error);
                        listener.ended(name, phase, outcome, error);
                    },
                    closeGrace);
        }
    }

    /** Ends every transaction in the same way. */
    private static final class Swapped implements Dialect {

        private final Dialect standard = new StandardDialect();
        private final boolean commits;

        Swapped(boolean commits) {
            this.commits = commits;
        }

        private Publisher<Void> end(Connection physical) {
            return commits ? standard.commit(physical) : standard.rollback(physical);
        }

        @Override
        public Publisher<Void> begin(Connection physical, TransactionDefinition definition) {
            return standard.begin(physical, definition);
        }

        @Override
        public Publisher<Void> commit(Connection physical) {
            return end(physical);
        }

        @Override
        public Publisher<Void> rollback(Connection physical) {
            return end(physical);
        }

        @Override
        public boolean inTransaction(Connection physical) {
            return standard.inTransaction(physical);
        }

        @Override
        public boolean isServerError(Throwable error) {
            return standard.isServerError(error);
        }

        @Override
        public CommitAnswer commitAnswer(Throwable error) {
            return standard.commitAnswer(error);
        }

        @Override
        public Object nullParameter() {
            return standard.nullParameter();
        }

        @Override
        public GatedConnection wrap(Connection physical, StatementGate gate, TransactionDefinition definition) {
            return standard.wrap(physical, gate, definition);
        }
    }
}
