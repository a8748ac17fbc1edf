package org.reactivesessions.postgres.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.matrix.Invariant.I1;
import static org.reactivesessions.postgres.matrix.Invariant.I2;
import static org.reactivesessions.postgres.matrix.Invariant.I3;
import static org.reactivesessions.postgres.matrix.Invariant.I8;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.TestDatabase;

/** Transaction control in the text of a statement. */
class ControlRowsIT extends FaultRows {

    ControlRowsIT(TestDatabase database) {
        super(database, settings -> settings);
    }

    /** Each keyword, then what could hide it. */
    static Stream<Arguments> control() {
        return Stream.of(
                Arguments.of("BEGIN", "BEGIN"),
                Arguments.of("begin isolation level serializable", "BEGIN"),
                Arguments.of("START TRANSACTION", "START TRANSACTION"),
                Arguments.of("COMMIT", "COMMIT"),
                Arguments.of("COMMIT WORK", "COMMIT"),
                Arguments.of("COMMIT AND CHAIN", "COMMIT"),
                Arguments.of("COMMIT PREPARED 'x'", "COMMIT"),
                Arguments.of("END", "END"),
                Arguments.of("END AND CHAIN", "END"),
                Arguments.of("ROLLBACK", "ROLLBACK"),
                Arguments.of("ROLLBACK AND CHAIN", "ROLLBACK"),
                Arguments.of("ROLLBACK TO SAVEPOINT a", "ROLLBACK"),
                Arguments.of("ROLLBACK PREPARED 'x'", "ROLLBACK"),
                Arguments.of("ABORT", "ABORT"),
                Arguments.of("SAVEPOINT a", "SAVEPOINT"),
                Arguments.of("RELEASE a", "RELEASE"),
                Arguments.of("PREPARE TRANSACTION 'x'", "PREPARE TRANSACTION"),
                Arguments.of("SET TRANSACTION READ ONLY", "SET TRANSACTION"),
                Arguments.of("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY", "SET SESSION CHARACTERISTICS"),
                Arguments.of("SET LOCAL transaction_isolation = 'serializable'", "SET transaction_isolation"),
                Arguments.of("SET default_transaction_read_only = off", "SET default_transaction_read_only"),
                Arguments.of("RESET transaction_isolation", "RESET transaction_isolation"),
                Arguments.of("COMMIT; BEGIN", "COMMIT"),
                Arguments.of("SELECT 1; COMMIT; BEGIN", "COMMIT"),
                Arguments.of(";;COMMIT", "COMMIT"),
                Arguments.of("/* a /* nested */ comment */ COMMIT", "COMMIT"),
                Arguments.of("-- a comment\nCOMMIT", "COMMIT"),
                Arguments.of("COMMIT/**/AND/**/CHAIN", "COMMIT"),
                Arguments.of("SELECT 'it''s'; COMMIT", "COMMIT"),
                Arguments.of("SELECT E'\\''; COMMIT", "COMMIT"),
                Arguments.of("SELECT '\\'; COMMIT", "COMMIT"),
                Arguments.of("SELECT 1 AS \"a;\"; COMMIT", "COMMIT"),
                Arguments.of("SELECT $$;$$; COMMIT", "COMMIT"),
                Arguments.of("SELECT $a$ $$ ; $b$ $a$; COMMIT", "COMMIT"));
    }

    @FaultRow(
            value = 32,
            invariants = {I1, I2, I3, I8})
    @ParameterizedTest
    @MethodSource("control")
    void transactionControlMustBeRefusedUnsent(String sql, String found) {
        int before = backend();
        Rule statements = proxy().watch(Frames.STATEMENTS);
        Rule begin = proxy().watch(Frames.BEGIN);
        Rule rollback = proxy().watch(Frames.ROLLBACK);
        Operation operation = operation();
        operation
                .start(operation.bare(DEFAULTS, session -> session.sql(sql).execute()))
                .await();

        assertThat(operation.error())
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining(found)
                .hasMessageContaining("nothing was sent");
        check().verdict(operation, TransactionOutcome.ROLLED_BACK);
        check().acknowledgedOnlyIfDurable(operation);
        assertThat(begin.hits() + rollback.hits()).as("BEGIN and ROLLBACK").isEqualTo(2);
        assertThat(statements.hits()).as("everything sent").isEqualTo(2);
        check().nothingDurable(operation);
        check().nextBorrowerIsClean();
        assertThat(backend()).isEqualTo(before);
    }

    @FaultRow(
            value = 32,
            invariants = {I1, I2, I3, I8})
    @ParameterizedTest
    @ValueSource(strings = {"COMMIT AND CHAIN", "COMMIT; BEGIN"})
    void whatWasWrittenBeforeItMustBeUndone(String sql) {
        Operation operation = start(session -> session.sql(sql).execute());

        assertThat(operation.await().error()).isInstanceOf(UnsupportedOperationException.class);
        check().verdict(operation, TransactionOutcome.ROLLED_BACK);
        check().acknowledgedOnlyIfDurable(operation);
        check().nothingDurable(operation);
        check().nextBorrowerIsClean();
    }

    /** What the server reads as data, or not at all, is none. */
    @FaultRow(
            value = 32,
            invariants = {I1, I2, I3, I8})
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 'COMMIT; BEGIN'",
                "SELECT $$; COMMIT; BEGIN$$",
                "SELECT $a$; COMMIT $$ ; BEGIN $a$",
                "SELECT 1 AS \"COMMIT; BEGIN\"",
                "SELECT 1 /* ; COMMIT */",
                "SELECT 1 -- ; COMMIT",
                "SELECT 1 AS begin, 2 AS commit"
            })
    void wordsThatOnlyLookLikeItMustPass(String sql) {
        Operation operation = start(session -> session.sql(sql).execute());
        check().verdict(operation.await(), TransactionOutcome.COMMITTED);
        check().acknowledgedOnlyIfDurable(operation);

        Operation failing = start(session -> session.sql(sql).execute().then(takeWhatIsTaken(session)));
        check().verdict(failing.await(), TransactionOutcome.ROLLED_BACK);
        check().nothingDurable(failing);
        check().nextBorrowerIsClean();
    }
}
