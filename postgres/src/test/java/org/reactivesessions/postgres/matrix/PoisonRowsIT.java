package org.reactivesessions.postgres.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.matrix.Invariant.I6;
import static org.reactivesessions.postgres.matrix.Invariant.I8;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Result;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TimeLimits;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Connections that arrive inside a transaction: somebody has kept the driver's connection, against the rules of onConnect. */
class PoisonRowsIT extends FaultRows {

    private static final AtomicReference<@Nullable Connection> KEPT = new AtomicReference<>();

    PoisonRowsIT(TestDatabase database) {
        super(
                database,
                settings -> settings.limits(new TimeLimits(ServerFixture.PATIENCE, ServerFixture.PATIENCE))
                        .onConnect(connection -> Mono.fromRunnable(() -> KEPT.set(connection))));
    }

    private static Connection kept() {
        return Objects.requireNonNull(KEPT.get());
    }

    /** Past the scope, on the connection that lies idle in the pool. */
    private static void poison(String... texts) {
        Flux.fromArray(texts)
                .concatMap(sql -> Flux.from(kept().createStatement(sql).execute())
                        .concatMap(Result::getRowsUpdated)
                        .then()
                        .onErrorComplete())
                .blockLast(ServerFixture.PATIENCE);
    }

    private void mustBeReplaced(int before) {
        check().nextBorrowerIsClean();
        assertThat(backend()).isNotEqualTo(before);
        check().poolIsWhole();
        assertThat(fixture().number("SELECT count(*) FROM effect")).isZero();
    }

    @FaultRow(
            value = 17,
            invariants = {I6, I8})
    @Test
    void aConnectionInsideATransactionMustBeDestroyed() {
        int before = backend();
        poison("BEGIN READ WRITE", "INSERT INTO effect VALUES (0)");

        mustBeReplaced(before);
    }

    @FaultRow(
            value = 17,
            invariants = {I6, I8})
    @Test
    void aConnectionInsideAFailedTransactionMustBeDestroyed() {
        int before = backend();
        poison("BEGIN READ WRITE", "INSERT INTO effect VALUES (0)", "SELECT 1/0");

        mustBeReplaced(before);
    }

    /** Begun in the middle of a scope that knows nothing of it. */
    @FaultRow(
            value = 17,
            invariants = {I6, I8})
    @Test
    void aConnectionThatComesBackInsideATransactionMustNotStayThere() {
        fixture()
                .sessions()
                .withSession(session -> session.sql("SELECT 1")
                        .one(row -> row.get(0, Integer.class))
                        .then(Mono.fromDirect(kept().beginTransaction())))
                .block(ServerFixture.PATIENCE);

        check().poolIsWhole();
        check().nextBorrowerIsClean();
    }
}
