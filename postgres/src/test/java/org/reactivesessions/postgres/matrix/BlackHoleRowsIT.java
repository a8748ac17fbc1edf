package org.reactivesessions.postgres.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.matrix.Invariant.I2;
import static org.reactivesessions.postgres.matrix.Invariant.I3;
import static org.reactivesessions.postgres.matrix.Invariant.I5;
import static org.reactivesessions.postgres.matrix.Invariant.I6;
import static org.reactivesessions.postgres.matrix.Invariant.I8;
import static org.reactivesessions.postgres.matrix.Invariant.I9;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.error.TransactionTimeoutException;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.postgres.hygiene.ExpectsDrops;
import org.reactivesessions.testkit.proxy.FaultProxy;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.ServerCensus;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TimeLimits;

/** A network that keeps what is sent to it, while a statement runs: no end of stream, no reset, nothing. */
@ExpectsDrops // the driver drops what it has buffered when it is closed with a command unanswered
class BlackHoleRowsIT extends FaultRows {

    private static final Duration CONTROL = Duration.ofMillis(500);
    private static final Duration WHOLE = Duration.ofMillis(700);
    private static final Duration CHECK = Duration.ofMillis(200);

    BlackHoleRowsIT(TestDatabase database) {
        super(
                database,
                settings -> settings.limits(new TimeLimits(CONTROL, ServerFixture.PATIENCE))
                        .clientCheckInterval(CHECK));
    }

    /** Where nothing arrives any more; what follows a frame that is held is held as well. */
    enum Hole {
        TO_SERVER {
            @Override
            Stream<Rule> open(FaultProxy proxy) {
                return Stream.of(
                        proxy.hold(FrameMatch.cancelRequest()),
                        proxy.hold(FrameMatch.fromClient('Q').sql("^ROLLBACK").nth(1)));
            }
        },
        TO_CLIENT {
            @Override
            Stream<Rule> open(FaultProxy proxy) {
                return Stream.of(
                        proxy.hold(FrameMatch.fromServer().answering("pg_sleep").nth(1)));
            }
        },
        BOTH {
            @Override
            Stream<Rule> open(FaultProxy proxy) {
                return Stream.concat(TO_SERVER.open(proxy), TO_CLIENT.open(proxy));
            }
        };

        abstract Stream<Rule> open(FaultProxy proxy);
    }

    private void mustHaveCostTheConnection(Operation operation, int before) {
        check().heardWithin(WHOLE, operation);
        check().placeBackWithin(CONTROL, operation.endedAt());
        assertThat(operation.error()).isInstanceOf(TransactionTimeoutException.class);
        check().verdict(operation, TransactionOutcome.ROLLED_BACK);
        check().oneTerminal(operation);
        check().nextBorrowerIsClean(); // while the other one is still in the hole
        assertThat(backend()).isNotEqualTo(before);
    }

    @FaultRow(
            value = 26,
            invariants = {I2, I3, I5, I6, I8, I9})
    @ParameterizedTest(name = "{0}")
    @EnumSource
    void aStatementWhoseAnswerIsSwallowedMustCostItsConnectionWithinTheLimits(Hole hole) {
        int before = backend();
        Operation operation = start(DEFAULTS.timeout(WHOLE), FaultRows::sleep);
        awaitSleeper();
        List<Rule> holes = hole.open(proxy()).toList();

        mustHaveCostTheConnection(operation, before);
        holes.get(0).awaitHit(ServerFixture.PATIENCE);
        holes.forEach(Rule::remove); // the network forgets the connection, so that the server hears of its end
        awaitGone(before);
        check().nothingDurable(operation);
        check().poolIsWhole();
    }

    /** What was asked of it is lost, but not that the client is gone: the server looks for that while it works. */
    @FaultRow(
            value = 26,
            invariants = {I2, I3, I5, I6, I8, I9})
    @Test
    void aSessionWhoseClientIsGoneMustNotOutliveItsInterval() {
        int before = backend();
        Rule lost = proxy().drop(FrameMatch.cancelRequest());
        proxy().drop(FrameMatch.fromClient('Q').sql("^ROLLBACK"));
        Operation operation = start(DEFAULTS.timeout(WHOLE), FaultRows::sleep);
        awaitSleeper();

        mustHaveCostTheConnection(operation, before);
        lost.awaitHit(ServerFixture.PATIENCE);
        awaitGone(before); // which sleeps for ten minutes otherwise
        check().nothingDurable(operation);
        check().poolIsWhole();
    }

    private void awaitGone(int backend) {
        ServerCensus.await(
                fixture().database(),
                ServerFixture.PATIENCE,
                now -> !now.backends().contains(backend));
    }
}
