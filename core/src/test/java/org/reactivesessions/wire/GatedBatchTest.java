package org.reactivesessions.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.scripted.NothingDropped;
import org.reactivesessions.scripted.ScriptedDatabase;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class GatedBatchTest {

    @RegisterExtension
    final NothingDropped dropped = new NothingDropped();

    private final ScriptedDatabase database = ScriptedDatabase.plain();
    private final StatementGate gate = new StatementGate(WireExecutorTest.executor(database), crash -> {});
    private final GatedBatch batch =
            (GatedBatch) new GatedConnection(database.connection(0), gate, IsolationLevel.SERIALIZABLE).createBatch();

    private Flux<Long> updates() {
        return Flux.from(batch.execute()).concatMap(Result::getRowsUpdated);
    }

    @Test
    void theTextsMustBeSentBehindTheGate() {
        batch.add("INSERT").add("UPDATE");

        StepVerifier.create(updates()).expectNext(1L).verifyComplete();
        assertThat(database.wire()).containsExactly("INSERT; UPDATE");
    }

    @Test
    void aRunningBatchMustBeNamedByAllItsTexts() {
        database.hold("INSERT; UPDATE");
        batch.add("INSERT").add("UPDATE");
        updates().subscribe();

        assertThat(gate.openStatement()).isEqualTo("INSERT; UPDATE");
    }

    @Test
    void itsResultsMustBeFacades() {
        batch.add("INSERT");

        StepVerifier.create(batch.execute())
                .assertNext(result -> assertThat(result).isExactlyInstanceOf(GatedResult.class))
                .verifyComplete();
    }

    @Test
    void afterTheEndNothingMustBeSent() {
        batch.add("INSERT");
        gate.close(() -> {});

        StepVerifier.create(updates()).verifyError(IllegalStateException.class);
        assertThatIllegalStateException().isThrownBy(() -> batch.add("UPDATE"));
        assertThat(database.wire()).isEmpty();
    }

    @Test
    void transactionControlInATextMustBeRefused() {
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> batch.add("COMMIT AND CHAIN"))
                .withMessageContaining("nothing was sent");
        assertThatIllegalArgumentException().isThrownBy(() -> batch.add(nothing()));

        StepVerifier.create(updates()).expectNext(1L).verifyComplete();
        assertThat(database.wire()).containsExactly("");
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // What a caller without null checks can pass.
    private static <T> T nothing() {
        return null;
    }

    /** A driver joins the texts, and so a quote of the first can end in the second. */
    @Test
    void transactionControlThatAppearsOnlyInTheJoinedTextsMustBeRefused() {
        batch.add("SELECT 'a").add("'; COMMIT; SELECT '");

        StepVerifier.create(updates())
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(UnsupportedOperationException.class)
                        .hasMessageStartingWith("COMMIT is refused"));
        assertThat(database.wire()).isEmpty();
    }
}
