package org.reactivesessions.postgres.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.postgres.PostgresDialect;
import org.reactivesessions.postgres.hygiene.ExpectsDrops;
import org.reactivesessions.postgres.mutant.CancellableBegin;
import org.reactivesessions.postgres.mutant.EagerBegin;
import org.reactivesessions.postgres.mutant.NoGate;
import org.reactivesessions.postgres.sweep.Cell.Step;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.core.publisher.Mono;

/** The sweep must find the classical errors, each planted in a dialect of its own. */
@ExtendWith(PostgresExtension.class)
@ExpectsDrops
class CancelSweepTeethIT {

    private static List<String> violations(
            TestDatabase database, Step step, Function<Function<String, Mono<Void>>, Dialect> mutant)
            throws SQLException {
        CancelSweep sweep = new CancelSweep(database, Map.of());
        sweep.run(Cell.all().stream().filter(cell -> cell.step() == step).collect(Collectors.toList()), mutant);
        return sweep.violations();
    }

    @Test
    void aMissingGateMustBeFound(TestDatabase database) throws SQLException {
        assertThat(violations(database, Step.STATEMENT_2, cancels -> new NoGate(new PostgresDialect())))
                .anySatisfy(violation -> assertThat(violation).contains("1 of 2 rows are durable, expected 0"));
    }

    @Test
    void aCancellableBeginMustBeFound(TestDatabase database) throws SQLException {
        assertThat(violations(database, Step.BEGIN, cancels -> new CancellableBegin(new PostgresDialect(), cancels)))
                .anySatisfy(violation -> assertThat(violation).contains("the next borrower's BEGIN was not sent"));
    }

    @Test
    void theDriversOwnRollbackMustBeFound(TestDatabase database) throws SQLException {
        assertThat(violations(database, Step.BEGIN, cancels -> EagerBegin.withDriverRollback(new PostgresDialect())))
                .isNotEmpty();
    }
}
