package org.reactivesessions.postgres.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.matrix.Invariant.I2;
import static org.reactivesessions.postgres.matrix.Invariant.I3;
import static org.reactivesessions.postgres.matrix.Invariant.I5;
import static org.reactivesessions.postgres.matrix.Invariant.I6;
import static org.reactivesessions.postgres.matrix.Invariant.I8;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.postgres.security.SecurityRow;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.TestDatabase;

/** Messages of a server that say of themselves what cannot be. */
class MalformedRowsIT extends FaultRows {

    /** For an answer, and the close behind it: there is nothing to be waited for. */
    private static final Duration SOON = Duration.ofSeconds(3);

    MalformedRowsIT(TestDatabase database) {
        super(database, settings -> settings.maxMessageSize(1 << 20));
    }

    @SecurityRow("S16")
    @FaultRow(
            value = 28,
            invariants = {I2, I3, I5, I6, I8})
    @ParameterizedTest(name = "of {0} bytes")
    @ValueSource(ints = {1 << 30, Integer.MAX_VALUE, (1 << 20) + 1, 3, 0, -1, Integer.MIN_VALUE})
    void aMessageMustCostItsConnectionAndNoMemory(int length) {
        int before = backend();
        Rule lie = proxy().lieAboutLength(FrameMatch.fromServer('D').answering("^SELECT 'row'"), length);
        Operation operation = start(session ->
                session.sql("SELECT 'row' FROM generate_series(1, 10)").execute());

        check().heardWithin(SOON, operation);
        lie.awaitHit(SOON);
        lie.remove();
        assertThat(operation.error())
                .hasMessageContainingAll("'D' of " + length + " bytes", "maxMessageSize", "1048576");
        check().verdict(operation, TransactionOutcome.ROLLED_BACK);
        check().nothingDurable(operation);
        check().poolIsWhole();
        check().nextBorrowerIsClean();
        assertThat(backend()).as("the connection").isNotEqualTo(before);
    }
}
