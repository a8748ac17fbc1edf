package org.reactivesessions.postgres.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.matrix.Invariant.I10;
import static org.reactivesessions.postgres.matrix.Invariant.I11;
import static org.reactivesessions.postgres.matrix.Invariant.I12;
import static org.reactivesessions.postgres.matrix.Invariant.I2;
import static org.reactivesessions.postgres.matrix.Invariant.I3;
import static org.reactivesessions.postgres.matrix.Invariant.I6;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.reactivesessions.error.DatabaseRefusedException;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.postgres.hygiene.Secrets;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.core.publisher.Mono;

/** A password that was changed, where a source knows the new one, or does not. */
class TokenRowsIT extends FaultRows {

    private static final Tokens TOKENS = new Tokens();

    /** Gives the one of before so many times, and then that of now. */
    private static final class Tokens {

        private static final String OUTDATED = "a-token-of-yesterday";

        private final AtomicInteger outdated = new AtomicInteger();
        private final AtomicInteger asked = new AtomicInteger();

        Mono<String> of(TestDatabase database) {
            return Mono.fromSupplier(() -> {
                asked.incrementAndGet();
                return outdated.getAndUpdate(left -> Math.max(0, left - 1)) > 0 ? OUTDATED : database.password();
            });
        }
    }

    TokenRowsIT(TestDatabase database) {
        super(database, settings -> settings.password(TOKENS.of(database)).pool(ServerFixture.roomyPool(4)));
        Secrets.know(Tokens.OUTDATED);
    }

    /** The next connection is a new one, for which the source gives the one of before so many times. */
    private Rule nextAfter(int outdated) {
        fixture().sessions().health().block(ServerFixture.PATIENCE); // which has its connection then, and asks for none
        fixture().sessions().reset().block(ServerFixture.PATIENCE);
        TOKENS.outdated.set(outdated);
        TOKENS.asked.set(0);
        return proxy().watch(OF_POOL);
    }

    @FaultRow(
            value = 4,
            invariants = {I3, I6, I10, I11, I12})
    @Test
    void aTokenThatIsRefusedMustBeAskedForAgainAndTheNewOneTaken() {
        Rule logIns = nextAfter(1);
        Operation operation = start(session -> Mono.just("done")).await();

        check().verdict(operation, TransactionOutcome.COMMITTED);
        assertThat(operation.repeats()).isEmpty();
        assertThat(fixture().waits()).isEmpty();
        assertThat(logIns.hits()).as("log-ins").isEqualTo(2);
        assertThat(TOKENS.asked).hasValue(2);
        check().keepsSecrets(operation.signals().toString());
        check().circuitHasStayedClosed();
        check().poolIsWhole();
        check().recovers();
    }

    @FaultRow(
            value = 4,
            invariants = {I2, I3, I6, I11, I12})
    @Test
    void aTokenThatIsRefusedTwiceMustBeTheErrorOfOne() {
        Rule logIns = nextAfter(2);
        Operation operation = start(session -> Mono.just("done")).await();

        assertThat(operation.error()).isInstanceOfSatisfying(DatabaseRefusedException.class, error -> {
            assertThat(error.getSqlState()).isEqualTo("28P01");
            assertThat(error.attempt()).isEqualTo(1);
        });
        check().verdict(operation, TransactionOutcome.NOT_STARTED);
        check().nothingDurable(operation);
        check().keepsSecrets(operation);
        assertThat(logIns.hits()).as("log-ins").isEqualTo(2);
        assertThat(TOKENS.asked).hasValue(2);
        check().circuitHasStayedClosed();
        backend();
        check().poolIsWhole();
    }
}
