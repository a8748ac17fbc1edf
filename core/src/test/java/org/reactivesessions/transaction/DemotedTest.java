package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.transaction.Stage.update;

import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.dialect.FailureClass;
import org.reactivesessions.scripted.ScriptedDatabase;
import reactor.test.subscriber.TestSubscriber;

/** A connection that leads to where nobody can write says that the others may lead there, too. */
class DemotedTest {

    private static final String INSERT = "INSERT INTO item VALUES (1)";
    private static final String SELECT = "SELECT count(*) FROM item";

    @RegisterExtension
    final Stage stage = Stage.pooled(2);

    private final ScriptedDatabase database = stage.database();

    private void openBoth() {
        stage.dialect().serverError(error -> true);
        stage.dialect().classified((phase, error) -> FailureClass.READ_ONLY);
        useBoth();
    }

    private void useBoth() {
        database.hold(SELECT);
        stage.run(connection -> update(connection, SELECT));
        stage.run(connection -> update(connection, SELECT));
        database.completeAll(SELECT);
        stage.pass(Duration.ofMillis(1));
        database.letPass(SELECT);
    }

    private void isRefused(String what) {
        database.fails(what, () -> new R2dbcNonTransientResourceException("no writes here", "25006"));
        assertThat(stage.run(connection -> update(connection, INSERT)).expectTerminalError())
                .hasMessage("no writes here");
        database.recovers(what);
    }

    @Test
    void aBeginThatIsRefusedMustCostEveryConnection() {
        openBoth();
        isRefused("BEGIN");
        useBoth();

        assertThat(database.count("CONNECT")).isEqualTo(4);
    }

    @Test
    void aWriteThatIsRefusedBehindAGoodBeginMustCostEveryConnection() {
        openBoth();
        isRefused(INSERT);
        useBoth();

        assertThat(database.count("CONNECT")).isEqualTo(4);
    }

    @Test
    void aWriteInATransactionThatMayNotWriteMustCostNone() {
        openBoth();
        database.fails(INSERT, () -> new R2dbcNonTransientResourceException("no writes here", "25006"));
        TestSubscriber<Long> reader = TestSubscriber.create();
        stage.transactions()
                .mono(TransactionOptions.defaults().readOnly(), connection -> update(connection, INSERT))
                .subscribe(reader);
        assertThat(reader.expectTerminalError()).hasMessage("no writes here");
        database.recovers(INSERT);
        useBoth();

        assertThat(database.count("CONNECT")).isEqualTo(2);
    }

    /** New ones may lead there as well, and must not be replaced as fast as they can be opened. */
    @Test
    void thatMustHappenOnceASecondAtMost() {
        openBoth();
        for (int i = 0; i < 10; i++) {
            isRefused(INSERT);
            stage.pass(Duration.ofMillis(90));
        }
        assertThat(database.count("CONNECT")).isEqualTo(3);
        stage.pass(Duration.ofMillis(200));
        isRefused(INSERT);
        useBoth();

        assertThat(database.count("CONNECT")).isEqualTo(5);
    }
}
