package org.reactivesessions.postgres.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.matrix.Invariant.I1;
import static org.reactivesessions.postgres.matrix.Invariant.I2;
import static org.reactivesessions.postgres.matrix.Invariant.I3;
import static org.reactivesessions.postgres.matrix.Invariant.I6;
import static org.reactivesessions.postgres.matrix.Invariant.I7;
import static org.reactivesessions.postgres.matrix.Invariant.I8;

import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Statement;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivesessions.Session;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Handles that outlive what they belong to, or are used beside it, and nested scopes that fail. */
class HandleRowsIT extends FaultRows {

    private static final String SQL = "SELECT 1";

    HandleRowsIT(TestDatabase database) {
        super(database, settings -> settings);
    }

    private static Mono<Void> run(Statement statement) {
        return Flux.defer(statement::execute)
                .concatMap(result -> result.getRowsUpdated())
                .then();
    }

    /** What is asked of handles, each as work that is subscribed later. */
    private static List<Mono<Void>> uses(Session session) {
        return List.of(
                session.sql(SQL).execute(),
                Mono.defer(() -> session.sql(SQL).execute()),
                session.sql("SELECT $1", 1).all(row -> 1).then(),
                run(session.connection().createStatement(SQL)),
                Mono.defer(() -> run(session.connection().createStatement(SQL))),
                Flux.defer(() -> session.connection().createBatch().add(SQL).execute())
                        .then(),
                Mono.defer(() -> session.nested(inner -> inner.sql(SQL).execute())));
    }

    private static void mustAllBeRefused(List<Mono<Void>> uses) {
        assertThat(uses)
                .allSatisfy(use -> assertThat(use.materialize().block(ServerFixture.PATIENCE))
                        .satisfies(end -> assertThat(Objects.requireNonNull(end).getThrowable())
                                .isInstanceOf(IllegalStateException.class)));
    }

    @FaultRow(
            value = 33,
            invariants = {I1, I3, I6, I7, I8})
    @Test
    void whatIsUsedAfterItsEndMustBeRefusedAndNothingSent() {
        List<Mono<Void>> kept = new CopyOnWriteArrayList<>();
        Operation operation = start(session -> {
            kept.addAll(uses(session));
            return Mono.just("done");
        });
        check().verdict(operation, TransactionOutcome.COMMITTED);
        check().acknowledgedOnlyIfDurable(operation);
        Rule statements = proxy().watch(Frames.STATEMENTS);

        assertThat(kept).isNotEmpty();
        mustAllBeRefused(kept);
        check().sentNothingMore(statements, 0);
        check().nextBorrowerIsClean();
        check().poolIsWhole();
    }

    @FaultRow(
            value = 33,
            invariants = {I1, I3, I6, I7, I8})
    @Test
    void whatIsUsedBesideANestedScopeMustBeRefusedAndNothingSent() {
        Sinks.Empty<Void> end = Sinks.empty();
        List<Mono<Void>> kept = new CopyOnWriteArrayList<>();
        List<String> reached = new CopyOnWriteArrayList<>();
        Operation operation = start(outer -> outer.nested(inner -> inner.sql(SQL)
                .execute()
                .doOnSuccess(done -> {
                    kept.addAll(uses(outer));
                    reached.add("inner");
                })
                .then(end.asMono())
                .thenReturn("done")));
        Patience.until("the nested scope has not begun", () -> !reached.isEmpty());
        Rule statements = proxy().watch(Frames.STATEMENTS);
        mustAllBeRefused(kept);
        check().sentNothingMore(statements, 0);
        end.tryEmitEmpty();

        check().verdict(operation, TransactionOutcome.COMMITTED);
        check().acknowledgedOnlyIfDurable(operation);
        check().nextBorrowerIsClean();
        check().poolIsWhole();
    }

    /** How a nested scope does not succeed. */
    enum Failing {
        SQL_ERROR,
        EXCEPTION,
        SYNCHRONOUS_EXCEPTION,
        CANCEL;

        Mono<?> work(Session nested) {
            return switch (this) {
                case SQL_ERROR -> takeWhatIsTaken(nested);
                case EXCEPTION -> Mono.error(new IllegalArgumentException("mine"));
                case SYNCHRONOUS_EXCEPTION -> throw new IllegalArgumentException("mine");
                case CANCEL -> Mono.never();
            };
        }
    }

    @FaultRow(
            value = 35,
            invariants = {I1, I2, I3, I6, I8})
    @ParameterizedTest
    @EnumSource
    void aNestedScopeThatFailsMustBeUndoneAndNoMore(Failing failing) {
        int before = backend();
        Rule savepoints = proxy().watch(FrameMatch.fromClient('Q').sql("^SAVEPOINT"));
        Operation inner = operation();
        Sinks.Empty<Void> written = Sinks.empty();
        Operation outer = start(session -> Mono.firstWithSignal(
                        session.nested(nested -> inner.write(nested)
                                .doOnNext(rows -> written.tryEmitEmpty())
                                .then(Mono.defer(() -> failing.work(nested)))),
                        failing == Failing.CANCEL
                                ? written.asMono().then(Mono.error(new IllegalArgumentException("mine")))
                                : Mono.never())
                .onErrorResume(R2dbcException.class, expected -> Mono.empty())
                .onErrorResume(IllegalArgumentException.class, expected -> Mono.empty())
                .then(Mono.defer(
                        () -> session.sql("INSERT INTO after_fault VALUES (35)").rowsUpdated())));

        check().verdict(outer, TransactionOutcome.COMMITTED);
        check().acknowledgedOnlyIfDurable(outer);
        check().undone(inner, outer);
        assertThat(fixture().number("SELECT count(*) FROM after_fault WHERE id = 35"))
                .isEqualTo(1);
        assertThat(savepoints.hits()).isEqualTo(1);
        check().nextBorrowerIsClean();
        check().poolIsWhole();
        assertThat(backend()).isEqualTo(before);
    }
}
