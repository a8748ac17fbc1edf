package org.reactivesessions.postgres.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.matrix.Invariant.I2;
import static org.reactivesessions.postgres.matrix.Invariant.I6;
import static org.reactivesessions.postgres.matrix.Invariant.I8;
import static org.reactivesessions.postgres.matrix.Invariant.I9;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivesessions.Session;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.postgres.Rounds;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.core.publisher.Mono;

/** Ten thousand cancels while BEGIN's answer is held, on connections that are used again and again. */
class BeginCancelRowsIT extends FaultRows {

    private static final int SIZE = 64;
    private static final int ROUNDS = (Rounds.of(5_000) + SIZE - 1) / SIZE;

    BeginCancelRowsIT(TestDatabase database) {
        super(database, settings -> settings.pool(ServerFixture.roomyPool(SIZE)));
    }

    /** What travels with BEGIN, or waits for it. */
    enum Behind {
        NOTHING {
            @Override
            Mono<?> of(Operation operation, Session session) {
                return Mono.never();
            }
        },
        A_WRITE {
            @Override
            Mono<?> of(Operation operation, Session session) {
                return operation.write(session);
            }
        };

        abstract Mono<?> of(Operation operation, Session session);
    }

    /** spring-framework #36344: the driver skips ROLLBACK while BEGIN is unanswered, and the next BEGIN as well. */
    @FaultRow(
            value = 15,
            invariants = {I2, I6, I8, I9})
    @ParameterizedTest(name = "{0}")
    @EnumSource
    void aCancelDuringBeginMustLeaveTheNextBorrowerIdle(Behind behind) {
        Rule begun = proxy().watch(Frames.BEGIN);
        Rule undone = proxy().watch(Frames.ROLLBACK);
        Rule alreadyOpen = proxy().watch(FrameMatch.fromServer('N').containing("25001"));
        Operation last = operation();
        for (int round = 0; round < ROUNDS; round++) {
            Rule held = proxy().hold(Frames.BEGIN_ANSWER);
            List<Operation> all = new ArrayList<>();
            for (int each = 0; each < SIZE; each++) {
                Operation operation = operation();
                Function<Session, Mono<?>> work = session -> behind.of(operation, session);
                all.add(operation.start(operation.bare(DEFAULTS, work)));
                last = operation;
            }
            held.awaitHits(SIZE, ServerFixture.PATIENCE); // each on a connection of its own, and each BEGIN was sent
            all.forEach(Operation::cancel);
            held.remove();
            fixture().quiesce();
            assertThat(fixture().sessions().poolStatus().allocated()).isEqualTo(SIZE);
        }

        assertThat(begun.hits()).as("BEGIN sent").isEqualTo(ROUNDS * SIZE);
        assertThat(undone.hits()).as("ROLLBACK sent").isEqualTo(ROUNDS * SIZE);
        assertThat(alreadyOpen.hits()).as("BEGIN inside a transaction").isZero();
        assertThat(fixture().events())
                .hasSizeGreaterThanOrEqualTo(ROUNDS * SIZE)
                .filteredOn(event -> event.name().startsWith("operation"))
                .allMatch(event -> event.outcome() == TransactionOutcome.ROLLED_BACK
                        || event.outcome() == TransactionOutcome.NOT_STARTED);
        assertThat(fixture().number("SELECT count(*) FROM effect")).isZero();
        check().nothingDurable(last);
        check().oneTerminal(last);
        check().poolIsWhole();
        check().nextBorrowerIsClean();
    }
}
