package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.transaction.Stage.update;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.error.CommitOutcomeUnknownException;
import org.reactivesessions.pool.PoolStatus;
import org.reactivesessions.scripted.OverlappingGuard;
import org.reactivesessions.scripted.ScriptedDatabase;
import reactor.core.publisher.Mono;
import reactor.test.subscriber.TestSubscriber;

/** A dialect, or the driver below it, that throws: the life must end all the same, and the connection be destroyed. */
class BrokenDialectTest {

    private static final PoolStatus DESTROYED = new PoolStatus(0, 0, 0, 0, 1, 0, 0);

    @RegisterExtension
    final Stage stage = new Stage();

    private final ScriptedDatabase database = stage.database();

    /** Cannot tell any more as soon as this command was sent. */
    private Predicate<Connection> brokenAfter(String command) {
        return connection -> {
            if (database.wire().contains(command)) {
                throw new NoClassDefFoundError("status");
            }
            return !connection.isAutoCommit();
        };
    }

    private TestSubscriber<Long> transfer() {
        return stage.run(connection -> update(connection, "UPDATE"));
    }

    @Test
    void whenItCannotSayWhetherTheFunctionMayComeEarly() {
        Stage guarded = Stage.guarded(new OverlappingGuard());
        AtomicBoolean broken = new AtomicBoolean();
        guarded.dialect().onGuard(() -> {
            if (broken.get()) {
                throw new NoClassDefFoundError("guard");
            }
        });
        guarded.run(connection -> update(connection, "FIRST"));
        broken.set(true);

        assertThat(guarded.run(connection -> update(connection, "UPDATE")).expectTerminalError())
                .hasMessageContaining("guard");
        assertThat(guarded.source().status().acquired()).isZero();
    }

    @Test
    void whenItCannotTellTheStatusAfterAFailedBegin() {
        database.fails("BEGIN", () -> new R2dbcBadGrammarException("no", "42601"));
        stage.dialect().inTransaction(brokenAfter("BEGIN"));

        assertThat(transfer().expectTerminalError()).hasMessage("no");
        assertThat(stage.ends()).containsExactly("BEGINNING NOT_STARTED no");
        assertThat(stage.source().status()).isEqualTo(DESTROYED);
    }

    @Test
    void whenItCannotTellWhoseErrorBeginsIs() {
        database.fails("BEGIN", () -> new R2dbcBadGrammarException("no", "42601"));
        stage.dialect().serverError(error -> {
            throw new NoClassDefFoundError("classify");
        });

        assertThat(transfer().expectTerminalError()).hasMessage("no");
        assertThat(stage.source().status()).isEqualTo(DESTROYED);
    }

    @Test
    void whenItCannotTellTheStatusBeforeCommit() {
        stage.dialect().inTransaction(brokenAfter("UPDATE"));

        assertThat(transfer().expectTerminalError()).hasMessageContaining("the state of the connection is uncertain");
        assertThat(database.wire()).startsWith("BEGIN", "UPDATE", "CLOSE").doesNotContain("COMMIT");
        assertThat(stage.ends()).singleElement().asString().startsWith("COMMITTING ROLLED_BACK");
        assertThat(stage.source().status()).isEqualTo(DESTROYED);
    }

    @Test
    void whenItCannotTellTheStatusAfterCommit() {
        stage.dialect().inTransaction(brokenAfter("COMMIT"));

        assertThat(transfer().isTerminatedComplete()).isTrue();
        assertThat(stage.ends()).containsExactly("COMMITTING COMMITTED");
        assertThat(stage.source().status()).isEqualTo(DESTROYED);
    }

    @Test
    void whenItCannotTellWhatTheFailureOfCommitSays() {
        database.fails("COMMIT", () -> new R2dbcNonTransientResourceException("reset"));
        stage.dialect().commitAnswer(error -> {
            throw new NoClassDefFoundError("classify");
        });

        assertThat(transfer().expectTerminalError()).isInstanceOf(CommitOutcomeUnknownException.class);
        assertThat(stage.ends()).singleElement().asString().startsWith("COMMITTING IN_DOUBT");
        assertThat(stage.source().status()).isEqualTo(DESTROYED);
    }

    @Test
    void whenItCannotTellTheStatusAfterRollback() {
        stage.dialect().inTransaction(brokenAfter("ROLLBACK"));
        TestSubscriber<Object> subscriber = stage.run(connection -> Mono.error(new IllegalStateException("boom")));

        assertThat(subscriber.expectTerminalError()).hasMessage("boom");
        assertThat(stage.ends()).containsExactly("ACTIVE ROLLED_BACK boom");
        assertThat(stage.source().status()).isEqualTo(DESTROYED);
    }

    @Test
    void whenItCannotMakeCommit() {
        stage.dialect().commit(connection -> {
            throw new NoClassDefFoundError("COMMIT");
        });

        assertThat(transfer().expectTerminalError()).isInstanceOf(CommitOutcomeUnknownException.class);
        assertThat(stage.source().status()).isEqualTo(DESTROYED);
    }
}
