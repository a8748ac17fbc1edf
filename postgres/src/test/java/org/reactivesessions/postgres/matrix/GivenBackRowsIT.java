package org.reactivesessions.postgres.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.matrix.Invariant.I6;
import static org.reactivesessions.postgres.matrix.Invariant.I7;

import io.r2dbc.spi.Connection;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.reactivesessions.postgres.Rounds;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.util.RaceTestUtils;

/** Connections lent to others, who close them as often as they like. Without the guard, which would be looked at each time. */
class GivenBackRowsIT extends FaultRows {

    private static final int ROUNDS = Rounds.of(10_000);

    GivenBackRowsIT(TestDatabase database) {
        super(database, settings -> settings.autocommitWrites(true));
    }

    private Mono<? extends Connection> lent() {
        return Mono.from(fixture().sessions().connectionFactory().create());
    }

    @FaultRow(
            value = 53,
            invariants = {I6, I7})
    @Test
    void aConnectionThatIsClosedTwiceMustBeGivenBackOnce() {
        int before = backend();
        Occupancy occupancy = new Occupancy();
        for (int round = 0; round < ROUNDS; round++) {
            Connection lent = Objects.requireNonNull(lent().block(ServerFixture.PATIENCE));
            Mono<Void> close = Mono.from(lent.close());
            RaceTestUtils.race(close::subscribe, close::subscribe);
            twoScopesAtOnce(occupancy);
        }
        check().oneOwner(occupancy);
        assertThat(occupancy.entered()).isEqualTo(2 * ROUNDS);
        check().poolIsWhole();
        assertThat(backend()).isEqualTo(before);
    }

    /** A connection that was given back twice would be had by both. */
    private void twoScopesAtOnce(Occupancy occupancy) {
        Sinks.Empty<Void> end = Sinks.empty();
        List.of(end.asMono(), Mono.<Void>empty())
                .forEach(work -> fixture()
                        .sessions()
                        .withSession(session -> occupancy.during(work))
                        .subscribe());
        end.tryEmitEmpty();
        Patience.until("a scope has not ended", () -> {
            var pool = fixture().sessions().poolStatus();
            return pool.acquired() == 0 && pool.pending() == 0 && pool.idle() == 1;
        });
    }
}
