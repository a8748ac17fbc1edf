package org.reactivesessions.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import io.r2dbc.spi.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.scripted.NothingDropped;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivesessions.scripted.ScriptedOut;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class GatedResultTest {

    @RegisterExtension
    final NothingDropped dropped = new NothingDropped();

    private final ScriptedDatabase database = ScriptedDatabase.plain().rows("SELECT", "a", "b");
    private final StatementGate gate = new StatementGate(WireExecutorTest.executor(database), crash -> {});
    private final GatedConnection connection =
            new GatedConnection(database.connection(0), gate, IsolationLevel.SERIALIZABLE);
    private final List<String> drained = new ArrayList<>();

    private Result result(String sql) {
        return one(connection.createStatement(sql).bind(0, 7));
    }

    private static Result one(Statement statement) {
        return Objects.requireNonNull(Mono.from(statement.execute()).block());
    }

    private static String text(Row row, RowMetadata metadata) {
        return Objects.requireNonNull(row.get(0, String.class))
                + metadata.getColumnMetadatas().size();
    }

    @Test
    void rowsMustBeMapped() {
        StepVerifier.create(result("SELECT").map(GatedResultTest::text))
                .expectNext("a1", "b1")
                .verifyComplete();
        StepVerifier.create(result("SELECT").map(row -> Objects.requireNonNull(row.get("c0", String.class))))
                .expectNext("a", "b")
                .verifyComplete();
    }

    /** What a procedure answers is readable, but no row. */
    @Test
    void outParametersMustBeMappedToo() {
        database.elements("CALL", new ScriptedOut("out"));

        StepVerifier.create(result("CALL").map(out -> Objects.requireNonNull(out.get(0, String.class))))
                .expectNext("out")
                .verifyComplete();
    }

    @Test
    void countsMustPass() {
        database.elements("UPDATE", 3L, 4L);

        StepVerifier.create(result("UPDATE").getRowsUpdated()).expectNext(7L).verifyComplete();
    }

    @Test
    void segmentsMustBeFlatMapped() {
        StepVerifier.create(result("SELECT").flatMap(segment -> Flux.just(segment instanceof Result.RowSegment)))
                .expectNext(true, true)
                .verifyComplete();
    }

    @Test
    void aFilterMustBeAFacadeAndFilter() {
        Result filtered = result("SELECT")
                .filter(segment -> segment instanceof Result.RowSegment row
                        && "b".equals(row.row().get(0, String.class)));

        assertThat(filtered).isExactlyInstanceOf(GatedResult.class);
        StepVerifier.create(filtered.map(GatedResultTest::text))
                .expectNext("b1")
                .verifyComplete();
    }

    @Test
    void afterTheEndNoResultMustBeConsumed() {
        Result before = result("SELECT");
        gate.close(() -> {});

        StepVerifier.create(before.map(GatedResultTest::text)).verifyError(IllegalStateException.class);
        StepVerifier.create(before.filter(any -> true).getRowsUpdated()).verifyError(IllegalStateException.class);
        assertThat(database.wire()).isEmpty();
    }

    @Test
    void anUnconsumedResultOfASentStatementMustBeDrainedAtTheEndOnce() {
        sent();
        gate.close(gate::abandonOpen);
        gate.abandonOpen();

        assertThat(drained).containsExactly("drained");
    }

    @Test
    void aConsumedResultMustNotBeDrained() {
        sent().getRowsUpdated().subscribe();
        gate.close(gate::abandonOpen);

        assertThat(drained).isEmpty();
    }

    @Test
    void aConsumedFilterMustCountForItsOrigin() {
        Flux.from(sent().filter(any -> true).map(GatedResultTest::text)).subscribe();
        gate.close(gate::abandonOpen);

        assertThat(drained).isEmpty();
    }

    @Test
    void anUnconsumedFilterMustBeDrainedWithItsOrigin() {
        sent().filter(any -> true);
        gate.close(gate::abandonOpen);

        assertThat(drained).containsExactly("drained");
    }

    @Test
    void aMappedResultThatIsNeverSubscribedMustBeDrained() {
        sent().map(GatedResultTest::text);
        gate.close(gate::abandonOpen);

        assertThat(drained).containsExactly("drained");
    }

    private GatedResult sent() {
        Statement physical = database.connection(0).createStatement("SELECT");
        return new GatedResult(gate, "SELECT", one(physical), () -> drained.add("drained"));
    }

    @Test
    void aDialectMustSeeEveryRowFirst() {
        class Dialects extends GatedResult {
            Dialects() {
                super(gate, "SELECT", one(database.connection(0).createStatement("SELECT")), null);
            }

            @Override
            protected <T> BiFunction<Row, RowMetadata, ? extends T> confine(
                    BiFunction<Row, RowMetadata, ? extends T> mapping) {
                return (row, metadata) -> {
                    drained.add("confined");
                    return mapping.apply(row, metadata);
                };
            }
        }

        StepVerifier.create(new Dialects().map(row -> Objects.requireNonNull(row.get(0, String.class))))
                .expectNext("a", "b")
                .verifyComplete();
        assertThat(drained).containsExactly("confined", "confined");
    }
}
