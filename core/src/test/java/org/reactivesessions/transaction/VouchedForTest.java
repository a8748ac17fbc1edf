package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.transaction.Stage.rows;
import static org.reactivesessions.transaction.Stage.subscribe;
import static org.reactivesessions.transaction.Stage.update;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivesessions.wire.GatedConnection;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.subscriber.TestSubscriber;

/** A connection that was silent for 30 s is asked whether it is alive, and nothing but an answer says that it was not silent. */
class VouchedForTest {

    private static final Duration MOST_OF_IT = Duration.ofSeconds(20);
    private static final String QUESTION = "SELECT 1";

    @RegisterExtension
    final Stage stage = new Stage();

    private final ScriptedDatabase database = stage.database();
    private final Sinks.Empty<Void> end = Sinks.empty();

    private void session(Function<GatedConnection, Publisher<Long>> function) {
        subscribe(stage.transactions().sessionMono(function));
    }

    /** What is sent by somebody who comes after most of the time, and once more after that. */
    private List<String> sentBehind(Runnable inBetween) {
        session(connection -> update(connection, "FIRST"));
        stage.pass(MOST_OF_IT);
        inBetween.run();
        stage.pass(MOST_OF_IT);
        session(connection -> update(connection, "LAST"));
        return database.wire();
    }

    @Test
    void whoSendsNothingMustNotVouchForIt() {
        assertThat(sentBehind(() -> session(connection -> Mono.just(1L)))).containsExactly("FIRST", QUESTION, "LAST");
    }

    @Test
    void aStatementMustVouchForIt() {
        assertThat(sentBehind(() -> session(connection -> update(connection, "SECOND"))))
                .containsExactly("FIRST", "SECOND", "LAST");
    }

    @Test
    void aTransactionMustVouchForIt() {
        assertThat(sentBehind(() -> stage.run(connection -> update(connection, "SECOND"))))
                .containsExactly("FIRST", "BEGIN", "SECOND", "COMMIT", "LAST");
    }

    /** Its answer counts when it comes, and not its first statement's. */
    @Test
    void theEndOfATransactionMustCount() {
        session(connection -> update(connection, "FIRST"));
        stage.run(connection -> end.asMono().then(Mono.just(1L)));
        stage.pass(MOST_OF_IT);
        end.tryEmitEmpty();
        stage.pass(MOST_OF_IT);
        session(connection -> update(connection, "LAST"));

        assertThat(database.wire()).containsExactly("FIRST", "BEGIN", "COMMIT", "LAST");
    }

    /** It says nothing while its function does something else. */
    @Test
    void aSessionThatIsSilentMustNotVouchForItAtItsEnd() {
        session(connection ->
                update(connection, "FIRST").delayUntil(done -> end.asMono().then(Mono.just(1L))));
        stage.pass(MOST_OF_IT);
        end.tryEmitEmpty();
        stage.pass(MOST_OF_IT);
        session(connection -> update(connection, "LAST"));

        assertThat(database.wire()).containsExactly("FIRST", QUESTION, "LAST");
    }

    @Test
    void theEndOfALongAnswerMustCount() {
        database.hold("ROWS");
        TestSubscriber<String> reader =
                subscribe(stage.transactions().sessionFlux(connection -> rows(connection, "ROWS")));
        database.last("ROWS").rows("a");
        stage.pass(MOST_OF_IT);
        database.last("ROWS").complete();
        stage.pass(MOST_OF_IT);
        session(connection -> update(connection, "LAST"));

        assertThat(reader.isTerminatedComplete()).isTrue();
        assertThat(database.wire()).containsExactly("ROWS", "LAST");
    }
}
