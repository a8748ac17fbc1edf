package org.reactivesessions.postgres.matrix;

import static org.reactivesessions.postgres.matrix.Invariant.I6;
import static org.reactivesessions.postgres.matrix.Invariant.I8;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Result;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.postgres.security.SecurityRow;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TimeLimits;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What a borrower leaves behind on a pool of one connection, by every way there is to it. */
@SecurityRow("S12")
class ResidueRowsIT extends FaultRows {

    ResidueRowsIT(TestDatabase database) {
        super(database, settings -> settings.limits(new TimeLimits(ServerFixture.PATIENCE, ServerFixture.PATIENCE)));
    }

    @BeforeEach
    void createRole() {
        fixture().run("DO $$ BEGIN CREATE ROLE left_role; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
    }

    /** Each leftover by itself, and the next borrower after each. */
    private void mustLeaveNothing(Function<String, Mono<?>> scope) {
        for (Leftover leftover : Leftover.values()) {
            scope.apply(leftover.sql()).onErrorComplete().block(ServerFixture.PATIENCE);
            check().nextBorrowerIsClean(leftover.name());
        }
        check().poolIsWhole();
    }

    /** A scope that is cancelled while the server sleeps. */
    private Mono<Void> cancelledAsleep(Mono<Void> scope) {
        return Mono.fromRunnable(() -> {
            Disposable asleep = scope.subscribe();
            awaitSleeper();
            asleep.dispose();
        });
    }

    private Mono<Void> lent(Function<Connection, Mono<Void>> work) {
        return Mono.usingWhen(
                Mono.<Connection>from(fixture().sessions().connectionFactory().create()), work, Connection::close);
    }

    private static Mono<Void> run(Connection connection, String sql) {
        return Flux.from(connection.createStatement(sql).execute())
                .concatMap(Result::getRowsUpdated)
                .then();
    }

    @FaultRow(
            value = 52,
            invariants = {I6, I8})
    @Test
    void aTransactionMustLeaveNothing() {
        mustLeaveNothing(sql ->
                fixture().sessions().withTransaction(session -> session.sql(sql).execute()));
    }

    @FaultRow(
            value = 52,
            invariants = {I6, I8})
    @Test
    void aTransactionThatFailsMustLeaveNothing() {
        mustLeaveNothing(sql -> fixture()
                .sessions()
                .withTransaction(
                        session -> session.sql(sql).execute().then(Mono.error(new IllegalStateException("mine")))));
    }

    @FaultRow(
            value = 52,
            invariants = {I6, I8})
    @Test
    void aTransactionThatIsCancelledMustLeaveNothing() {
        mustLeaveNothing(sql -> cancelledAsleep(fixture()
                .sessions()
                .withTransaction(session -> session.sql(sql).execute().then(sleep(session)))));
    }

    /** Some of it is refused outside a transaction, which leaves nothing either. */
    @FaultRow(
            value = 52,
            invariants = {I6, I8})
    @Test
    void aSessionMustLeaveNothing() {
        mustLeaveNothing(sql ->
                fixture().sessions().withSession(session -> session.sql(sql).execute()));
    }

    @FaultRow(
            value = 52,
            invariants = {I6, I8})
    @Test
    void aSessionThatIsCancelledMustLeaveNothing() {
        mustLeaveNothing(sql -> cancelledAsleep(fixture()
                .sessions()
                .withSession(
                        session -> session.sql(sql).execute().onErrorComplete().then(sleep(session)))));
    }

    @FaultRow(
            value = 52,
            invariants = {I6, I8})
    @Test
    void aLibraryMustLeaveNothing() {
        mustLeaveNothing(sql -> lent(connection -> run(connection, sql)));
    }

    @FaultRow(
            value = 52,
            invariants = {I6, I8})
    @Test
    void aTransactionOfALibraryMustLeaveNothing() {
        mustLeaveNothing(sql -> lent(connection -> Mono.fromDirect(connection.beginTransaction())
                .then(run(connection, sql))
                .then(Mono.fromDirect(connection.commitTransaction()))));
    }

    @FaultRow(
            value = 52,
            invariants = {I6, I8})
    @Test
    void aTransactionThatALibraryLeavesOpenMustLeaveNothing() {
        mustLeaveNothing(sql -> lent(
                connection -> Mono.fromDirect(connection.beginTransaction()).then(run(connection, sql))));
    }

    /** What a library runs is not cancelled on the server, so it is waited for. */
    @FaultRow(
            value = 52,
            invariants = {I6, I8})
    @Test
    void aLibraryThatIsCancelledMustLeaveNothing() {
        cancelledAsleep(lent(connection -> run(connection, Leftover.LISTEN.sql())
                        .then(run(connection, Leftover.SETTING.sql()))
                        .then(run(connection, "SELECT pg_sleep(1)"))))
                .block(ServerFixture.PATIENCE);
        Patience.until(
                "the connection is not back",
                () -> fixture().sessions().poolStatus().acquired() == 0);

        check().poolIsWhole();
        check().nextBorrowerIsClean();
    }

    /** What is said nowhere in the text of a statement. */
    @FaultRow(
            value = 52,
            invariants = {I6, I8})
    @Test
    void whatAFunctionDoesUnseenForALibraryMustBeGoneToo() {
        fixture()
                .run("CREATE OR REPLACE FUNCTION unseen() RETURNS void LANGUAGE plpgsql AS $$ BEGIN"
                        + " PERFORM set_config('work_mem', '7MB', false); PERFORM pg_advisory_lock(4714); END $$");
        lent(connection -> run(connection, "SELECT unseen()")).block(ServerFixture.PATIENCE);

        check().poolIsWhole();
        check().nextBorrowerIsClean();
    }

    /** The same names as every time, and where they are looked for as well. */
    @SecurityRow("S10")
    @FaultRow(
            value = 52,
            invariants = {I6, I8})
    @Test
    void whereNamesAreLookedForMustNotKeepItFromBeingTakenAway() {
        fixture()
                .run("CREATE SCHEMA IF NOT EXISTS hostile; CREATE OR REPLACE FUNCTION hostile.pg_advisory_unlock_all()"
                        + " RETURNS void LANGUAGE sql AS ''; CREATE OR REPLACE VIEW hostile.pg_prepared_statements AS"
                        + " SELECT false AS from_sql");
        fixture()
                .sessions()
                .withTransaction(session -> session.sql("SET search_path = hostile, pg_catalog")
                        .execute()
                        .then(session.sql("SELECT pg_catalog.pg_advisory_lock(1)")
                                .execute())
                        .then(session.sql("PREPARE left_over AS SELECT 1").execute()))
                .block(ServerFixture.PATIENCE);

        check().poolIsWhole();
        check().nextBorrowerIsClean();
    }
}
