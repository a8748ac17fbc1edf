package org.reactivesessions.postgres.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.matrix.Invariant.I12;
import static org.reactivesessions.postgres.matrix.Invariant.I2;
import static org.reactivesessions.postgres.matrix.Invariant.I3;
import static org.reactivesessions.postgres.matrix.Invariant.I5;
import static org.reactivesessions.postgres.matrix.Invariant.I6;
import static org.reactivesessions.postgres.matrix.Invariant.I8;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.reactivesessions.Session;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Mono;

/** A server that is there and answers, but has not got what a statement needs: a lock, or room on its disk. */
class ResourceRowsIT extends FaultRows {

    private static final Duration LOCK = Duration.ofMillis(200);
    /** More than the circuit has to have seen before it decides. */
    private static final int OFTEN = 25;

    ResourceRowsIT(TestDatabase database) {
        super(database, settings -> settings);
    }

    private void mustHaveRolledBackWith(String state, Operation operation, int before) {
        mustFailWith(state, operation);
        check().verdict(operation, TransactionOutcome.ROLLED_BACK);
        check().nothingDurable(operation);
        check().poolIsWhole();
        check().nextBorrowerIsClean();
        assertThat(backend()).isEqualTo(before);
    }

    @FaultRow(
            value = 29,
            invariants = {I2, I3, I5, I6, I8})
    @Test
    void aLockThatIsNotHadInTimeMustBeGivenUp() throws SQLException {
        int before = backend();
        try (Connection other = fixture().database().openJdbc();
                Statement holder = other.createStatement()) {
            other.setAutoCommit(false);
            holder.execute("SELECT id FROM taken FOR UPDATE");
            Operation operation = start(
                    DEFAULTS.lockTimeout(LOCK),
                    session -> session.sql("UPDATE taken SET id = 2").rowsUpdated());

            check().heardWithin(LOCK, operation);
            mustHaveRolledBackWith("55P03", operation, before);
            other.rollback();
        }
    }

    private void mustFailOften(String state, TransactionOptions options, Function<Session, Mono<?>> work) {
        int before = backend();
        for (int each = 0; each < OFTEN; each++) {
            mustHaveRolledBackWith(state, start(options, work), before);
        }
        check().circuitHasStayedClosed();
    }

    /** It has answered, so the circuit hears of no outage: whoever needs no room goes on. */
    @FaultRow(
            value = 34,
            invariants = {I2, I3, I6, I8, I12})
    @Test
    void aDiskThatIsFullForAStatementMustRollBackAndOpenNoCircuit() {
        fixture()
                .run("CREATE OR REPLACE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                        + " RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100';"
                        + " END $$; CREATE OR REPLACE TRIGGER full_disk BEFORE UPDATE ON taken FOR EACH ROW"
                        + " EXECUTE FUNCTION full_disk()");

        mustFailOften(
                "53100",
                DEFAULTS,
                session -> session.sql("UPDATE taken SET id = 2").rowsUpdated());
    }

    @FaultRow(
            value = 34,
            invariants = {I2, I3, I6, I8, I12})
    @Test
    void aDiskThatIsFullAtCommitMustRollBackAndOpenNoCircuit() {
        AtCommit.raise(fixture(), "53100");

        mustFailOften("53100", DEFAULTS, session -> Mono.just("done"));
    }

    @FaultRow(
            value = 34,
            invariants = {I2, I3, I6, I8, I12})
    @Test
    void temporaryFilesThatAreTooLargeMustRollBackAndOpenNoCircuit() {
        TransactionOptions little = DEFAULTS.setting("temp_file_limit", "64kB").setting("work_mem", "64kB");

        mustFailOften(
                "53400",
                little,
                session -> session.sql(
                                "SELECT count(*) FROM (SELECT i FROM generate_series(1, 30000) AS i ORDER BY -i) AS s")
                        .one(row -> row.get(0, Long.class)));
    }
}
