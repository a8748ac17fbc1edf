package org.reactivesessions.postgres.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.matrix.Invariant.I1;
import static org.reactivesessions.postgres.matrix.Invariant.I3;
import static org.reactivesessions.postgres.matrix.Invariant.I5;
import static org.reactivesessions.postgres.matrix.Invariant.I6;
import static org.reactivesessions.postgres.matrix.Invariant.I8;
import static org.reactivesessions.postgres.matrix.Invariant.I9;

import org.junit.jupiter.api.Test;
import org.reactivesessions.Session;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.postgres.hygiene.ExpectsDrops;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivestreams.Subscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/** Functions whose publisher signals more than it may. */
@ExpectsDrops // of a second value and of everything behind the end
class RogueRowsIT extends FaultRows {

    RogueRowsIT(TestDatabase database) {
        super(database, settings -> settings);
    }

    private static Mono<Object> signalsAgain(Operation operation, Session session) {
        return Mono.fromDirect(to -> {
            to.onSubscribe(Operators.emptySubscription());
            operation.write(session).subscribe(rows -> endTwice(to), to::onError);
        });
    }

    private static void endTwice(Subscriber<? super Object> to) {
        to.onNext("first");
        to.onNext("second");
        to.onComplete();
        to.onNext("behind the end");
        to.onComplete();
        to.onError(new IllegalStateException("behind the end"));
    }

    private void mustHaveCommittedOnce(Operation operation) {
        check().heardWithin(ServerFixture.PATIENCE, operation);
        check().oneTerminal(operation);
        check().verdict(operation, TransactionOutcome.COMMITTED);
        check().acknowledgedOnlyIfDurable(operation);
        check().poolIsWhole();
        check().nextBorrowerIsClean();
    }

    @FaultRow(
            value = 31,
            invariants = {I1, I3, I5, I6, I8, I9})
    @Test
    void aMonoThatEndsTwiceMustBeHeardOnce() {
        Operation operation = operation();
        operation.start(operation.bare(DEFAULTS, session -> signalsAgain(operation, session)));

        mustHaveCommittedOnce(operation);
        assertThat(operation.values()).containsExactly("first");
    }

    @FaultRow(
            value = 31,
            invariants = {I1, I3, I5, I6, I8, I9})
    @Test
    void aFluxThatEndsTwiceMustBeHeardOnce() {
        Operation operation = operation();
        operation.start(fixture()
                .sessions()
                .withTransactionMany(
                        DEFAULTS.named(operation.name()), session -> Flux.from(signalsAgain(operation, session))));

        mustHaveCommittedOnce(operation);
        assertThat(operation.values()).startsWith("first").doesNotContain("behind the end");
    }
}
