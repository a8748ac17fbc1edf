package org.reactivesessions.postgres.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.postgres.soak.Journal.Told;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;

/** Each kind of wrong that there can be in a ledger is found, and named. */
@ExtendWith(PostgresExtension.class)
class LedgerIT {

    private static final int COMMITTED = 1;
    private static final int ABSENT = 2;
    private static final int LEFT = 4;

    private final TestDatabase database;
    private final Journal journal = new Journal(100);

    LedgerIT(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void create() throws SQLException {
        run("DROP TABLE IF EXISTS account, ledger");
        Ledger.create(database);
        for (Told told : List.of(Told.NOTHING, Told.COMMITTED, Told.ABSENT, Told.IN_DOUBT, Told.LEFT)) {
            int operation = journal.begin();
            transfer(operation);
            journal.tell(operation, told);
        }
        run("DELETE FROM ledger WHERE operation = " + ABSENT);
        run(
                "UPDATE account SET balance = balance + 5 WHERE id = 1; UPDATE account SET balance = balance - 5 WHERE id = 2");
    }

    private void run(String sql) throws SQLException {
        try (Connection connection = database.openJdbc();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void transfer(int operation) throws SQLException {
        run("INSERT INTO ledger VALUES (" + operation + ", 1, -5), (" + operation + ", 2, 5);"
                + " UPDATE account SET balance = balance - 5 WHERE id = 1;"
                + " UPDATE account SET balance = balance + 5 WHERE id = 2");
    }

    @Test
    void whatAgreesMustBeConsistent() throws SQLException {
        Ledger.Findings found = Ledger.check(database, journal);
        assertThat(found.samples()).isEmpty();
        assertThat(found.isConsistent()).isTrue();
        assertThat(found.there()).isEqualTo(4);
    }

    @Test
    void aHalfTransactionMustBeFound() throws SQLException {
        run("DELETE FROM ledger WHERE operation = " + LEFT + " AND account = 1");
        assertThat(Ledger.check(database, journal)).satisfies(found -> {
            assertThat(found.half()).isEqualTo(1);
            assertThat(found.isConsistent()).isFalse();
        });
    }

    @Test
    void whatANestedScopeShouldHaveUndoneMustBeFound() throws SQLException {
        run("INSERT INTO ledger VALUES (" + COMMITTED + ", 3, 0)");
        assertThat(Ledger.check(database, journal).half()).isEqualTo(1);
    }

    @Test
    void whatWasLostMustBeFound() throws SQLException {
        run("DELETE FROM ledger WHERE operation = " + COMMITTED);
        assertThat(Ledger.check(database, journal).lost()).isEqualTo(1);
    }

    @Test
    void whatMustNotBeThereMustBeFound() throws SQLException {
        transfer(ABSENT);
        assertThat(Ledger.check(database, journal)).satisfies(found -> {
            assertThat(found.undead()).isEqualTo(1);
            assertThat(found.samples()).containsExactly("operation 2 is there, but was told ABSENT");
        });
    }

    @Test
    void anAccountThatIsNotWhatTheLedgerSaysMustBeFound() throws SQLException {
        run("UPDATE account SET balance = balance + 1 WHERE id = 7");
        assertThat(Ledger.check(database, journal).unbalanced()).isEqualTo(1);
    }
}
