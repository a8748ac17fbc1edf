package org.reactivesessions.postgres.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.matrix.Invariant.I1;
import static org.reactivesessions.postgres.matrix.Invariant.I2;
import static org.reactivesessions.postgres.matrix.Invariant.I3;
import static org.reactivesessions.postgres.matrix.Invariant.I6;
import static org.reactivesessions.postgres.matrix.Invariant.I8;

import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.error.TransactionRolledBackException;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A statement whose error the function swallows, with and without a neighbour that could be given the connection early. */
@ParameterizedClass(name = "overlap {0}")
@ValueSource(booleans = {true, false})
class SwallowedErrorRowsIT extends FaultRows {

    SwallowedErrorRowsIT(boolean overlap, TestDatabase database) {
        super(database, settings -> settings.overlap(overlap));
    }

    private static Mono<Long> swallowed(org.reactivesessions.Session session) {
        return takeWhatIsTaken(session).onErrorReturn(0L);
    }

    private void mustNotBeASuccess(Operation operation) {
        assertThat(operation.await().error())
                .isInstanceOf(TransactionRolledBackException.class)
                .hasCauseInstanceOf(R2dbcDataIntegrityViolationException.class);
        check().acknowledgedOnlyIfDurable(operation);
        check().nothingDurable(operation);
        check().verdict(operation, TransactionOutcome.ROLLED_BACK);
    }

    @FaultRow(
            value = 19,
            invariants = {I1, I2, I3, I6, I8})
    @Test
    void aCommitThatIsAnsweredRollbackMustBeAnError() {
        int before = backend();
        mustNotBeASuccess(start(SwallowedErrorRowsIT::swallowed));

        check().poolIsWhole();
        check().nextBorrowerIsClean();
        assertThat(backend()).isEqualTo(before);
    }

    @FaultRow(
            value = 19,
            invariants = {I1, I2, I3, I6, I8})
    @Test
    void whoWaitsForTheConnectionMustNotSufferFromIt() {
        Sinks.Empty<Void> go = Sinks.empty();
        Operation operation = start(session -> swallowed(session).delayUntil(rows -> go.asMono()));
        Operation next = start(session -> Mono.just("next"));
        Patience.until("nobody waits", () -> fixture().sessions().poolStatus().pending() == 1);
        go.tryEmitEmpty();

        mustNotBeASuccess(operation);
        check().acknowledgedOnlyIfDurable(next.await());
        check().verdict(next, TransactionOutcome.COMMITTED);
        check().poolIsWhole();
        check().nextBorrowerIsClean();
    }
}
