package org.reactivesessions.postgres.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.matrix.Invariant.I1;
import static org.reactivesessions.postgres.matrix.Invariant.I2;
import static org.reactivesessions.postgres.matrix.Invariant.I3;
import static org.reactivesessions.postgres.matrix.Invariant.I5;
import static org.reactivesessions.postgres.matrix.Invariant.I6;
import static org.reactivesessions.postgres.matrix.Invariant.I8;
import static org.reactivesessions.postgres.matrix.Invariant.I9;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.reactivesessions.Session;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.error.TransactionTimeoutException;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.postgres.hygiene.ExpectsDrops;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TimeLimits;
import reactor.core.publisher.Flux;

/** A network that lets one byte through after another. */
@ExpectsDrops // the driver drops what it has buffered when it is closed with a command unanswered
class DripRowsIT extends FaultRows {

    private static final Duration CONTROL = Duration.ofMillis(500);
    private static final Duration WHOLE = Duration.ofMillis(900);
    private static final Duration BETWEEN_BYTES = Duration.ofMillis(5);
    private static final int ROWS = 50;

    DripRowsIT(TestDatabase database) {
        super(database, settings -> settings.limits(new TimeLimits(CONTROL, ServerFixture.PATIENCE)));
    }

    /** With text of several bytes a character, NULL, and a parameter. */
    private static Flux<String> rows(Session session) {
        return session.sql(
                        "SELECT concat(i, ' ', repeat('ä表😀', 2)), nullif(i % 2, 0) FROM generate_series(1, $1) AS i",
                        ROWS)
                .all(row -> row.get(0, String.class) + " " + row.get(1, Integer.class));
    }

    private static List<Object> expected() {
        return IntStream.rangeClosed(1, ROWS)
                .<Object>mapToObj(i -> i + " " + "ä表😀".repeat(2) + " " + (i % 2 == 0 ? null : 1))
                .toList();
    }

    @FaultRow(
            value = 27,
            invariants = {I1, I3, I5, I6, I8, I9})
    @Test
    void framesInPiecesOfOneByteMustBeReadRight() {
        int before = backend();
        Rule there = proxy().drip(FrameMatch.fromClient(), Duration.ZERO);
        Rule back = proxy().drip(FrameMatch.fromServer(), Duration.ZERO);
        Operation operation = startMany(DripRowsIT::rows);

        check().heardWithin(ServerFixture.PATIENCE, operation);
        assertThat(operation.values()).isEqualTo(expected());
        check().verdict(operation, TransactionOutcome.COMMITTED);
        check().acknowledgedOnlyIfDurable(operation);
        check().oneTerminal(operation);
        assertThat(there.hits()).as("frames in pieces").isPositive();
        assertThat(back.hits()).as("frames in pieces").isGreaterThan(ROWS);
        there.remove();
        back.remove();
        check().poolIsWhole();
        check().nextBorrowerIsClean();
        assertThat(backend()).isEqualTo(before);
    }

    /** Something arrives all the time, so that no silence would ever be too long. */
    @FaultRow(
            value = 27,
            invariants = {I2, I3, I5, I6, I8, I9})
    @Test
    void anAnswerThatDripsMustEndAtTheLimitOfTheWhole() {
        int before = backend();
        Rule drip = proxy().drip(FrameMatch.fromServer('D').answering("generate_series"), BETWEEN_BYTES);
        Operation operation = operation();
        operation.start(operation.flux(DEFAULTS.timeout(WHOLE), DripRowsIT::rows));
        drip.awaitHit(ServerFixture.PATIENCE);

        check().heardWithin(WHOLE, operation);
        check().placeBackWithin(CONTROL, operation.endedAt());
        assertThat(operation.error()).isInstanceOf(TransactionTimeoutException.class);
        check().verdict(operation, TransactionOutcome.ROLLED_BACK);
        check().nothingDurable(operation);
        check().oneTerminal(operation);
        assertThat(operation.values())
                .hasSizeLessThan(ROWS)
                .isEqualTo(expected().subList(0, operation.values().size()));
        drip.remove();
        check().poolIsWhole();
        check().nextBorrowerIsClean();
        assertThat(backend()).isNotEqualTo(before);
    }
}
