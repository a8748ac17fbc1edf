package org.reactivesessions.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is transaction control and what is not; how text is read is the affair of {@link SqlScannerTest}. */
class TransactionControlTest {

    private static final String CREATE = "CREATE FUNCTION f() RETURNS int ";

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    BEGIN                                                    | BEGIN
                    BEGIN WORK                                               | BEGIN
                    BEGIN ISOLATION LEVEL SERIALIZABLE                       | BEGIN
                    START TRANSACTION                                        | START TRANSACTION
                    SET client_encoding = 'SJIS'                             | SET client_encoding
                    SET LOCAL Client_Encoding TO GBK                         | SET client_encoding
                    SET NAMES 'SJIS'                                         | SET NAMES
                    RESET client_encoding                                    | RESET client_encoding
                    START TRANSACTION READ ONLY                              | START TRANSACTION
                    START                                                    | START TRANSACTION
                    COMMIT                                                   | COMMIT
                    COMMIT WORK                                              | COMMIT
                    COMMIT AND CHAIN                                         | COMMIT
                    COMMIT AND NO CHAIN                                      | COMMIT
                    COMMIT PREPARED 'a'                                      | COMMIT
                    END                                                      | END
                    END TRANSACTION AND CHAIN                                | END
                    ROLLBACK                                                 | ROLLBACK
                    ROLLBACK AND CHAIN                                       | ROLLBACK
                    ROLLBACK TO a                                            | ROLLBACK
                    ROLLBACK TO SAVEPOINT a                                  | ROLLBACK
                    ROLLBACK PREPARED 'a'                                    | ROLLBACK
                    ABORT                                                    | ABORT
                    SAVEPOINT a                                              | SAVEPOINT
                    RELEASE a                                                | RELEASE
                    RELEASE SAVEPOINT a                                      | RELEASE
                    PREPARE TRANSACTION 'a'                                  | PREPARE TRANSACTION
                    PREPARE TRANSACTION                                      | PREPARE TRANSACTION
                    SET TRANSACTION READ WRITE                               | SET TRANSACTION
                    SET TRANSACTION SNAPSHOT '1'                             | SET TRANSACTION
                    SET LOCAL TRANSACTION READ WRITE                         | SET TRANSACTION
                    SET SESSION TRANSACTION READ WRITE                       | SET TRANSACTION
                    SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY     | SET SESSION CHARACTERISTICS
                    SET LOCAL SESSION CHARACTERISTICS AS TRANSACTION READ ONLY | SET SESSION CHARACTERISTICS
                    SET SESSION SESSION CHARACTERISTICS AS TRANSACTION READ ONLY | SET SESSION CHARACTERISTICS
                    SET transaction_isolation = 'serializable'               | SET transaction_isolation
                    SET LOCAL transaction_read_only TO off                   | SET transaction_read_only
                    SET SESSION transaction_deferrable = on                  | SET transaction_deferrable
                    SET LOCAL transaction_timeout = 500                      | SET transaction_timeout
                    SET default_transaction_isolation TO DEFAULT             | SET default_transaction_isolation
                    SET LOCAL default_transaction_read_only = off            | SET default_transaction_read_only
                    SET default_transaction_deferrable FROM CURRENT          | SET default_transaction_deferrable
                    SET "transaction_isolation" = 'serializable'             | SET transaction_isolation
                    SET LOCAL"Transaction_Read_Only"=off                     | SET transaction_read_only
                    SET U&"tr\\0061nsaction_read_only" = off                 | SET U&"…"
                    SET LOCAL u&"tr!0061nsaction_read_only" UESCAPE '!' = off | SET U&"…"
                    RESET transaction_isolation                              | RESET transaction_isolation
                    RESET "default_transaction_read_only"                    | RESET default_transaction_read_only
                    RESET TRANSACTION ISOLATION LEVEL                        | RESET TRANSACTION
                    RESET U&"transaction_isolatio\\006E"                     | RESET U&"…"
                    """)
    void aCommandMustBeFoundWhereverItStandsInTheText(String sql, String name) {
        String spread = sql.replace(" ", " /* ; */\n");
        for (String text : new String[] {sql, sql.toLowerCase(Locale.ROOT), sql.toUpperCase(Locale.ROOT), spread}) {
            assertThat(TransactionControl.find(text)).as(text).isEqualTo(name);
            assertThat(TransactionControl.find(" \t--\n;/* a */;" + text + ";")).isEqualTo(name);
            assertThat(TransactionControl.find(";" + text)).isEqualTo(name);
            assertThat(TransactionControl.find("SELECT 1;" + text + "; SAVEPOINT later"))
                    .isEqualTo(name);
            assertThat(TransactionControl.find("SELECT '\\\\';" + text)).isEqualTo(name);
            assertThat(TransactionControl.find("EXPLAIN " + text)).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ";",
                " ; ;\n",
                "SELECT 1",
                "SELECT 1;",
                "SELECT 'COMMIT'",
                "SELECT 'a; COMMIT'; SELECT 'b; COMMIT'",
                "INSERT INTO commit (\"begin\", rollback) VALUES ($1, $2)",
                "UPDATE t SET transaction_isolation = 1",
                "SELECT begin FROM commit; SELECT savepoint AS release FROM \"end\"",
                "\"COMMIT\"",
                "committed",
                "COMMIT_",
                "COMMIT1",
                "COMMIT$1",
                "COMMITé",
                "1COMMIT",
                "COMM\u0130T",
                "COMM\u0131T",
                "\u017FAVEPOINT a",
                "SELECT 1;\u00A0COMMIT",
                "(SELECT 1); (COMMIT)",
                "PREPARE a AS SELECT 1",
                "PREPARE transaction AS SELECT 1",
                "PREPARE transaction (int) AS SELECT $1",
                "PREPARE",
                "EXECUTE transaction; DEALLOCATE transaction",
                "SET LOCAL statement_timeout = 500",
                "SET statement_timeout = 500; SET lock_timeout = 500",
                "SET search_path TO transaction_isolation",
                "SET TIME ZONE 'UTC'",
                "SET LOCAL TIME ZONE LOCAL",
                "SET SESSION AUTHORIZATION DEFAULT",
                "SET SESSION SESSION AUTHORIZATION a",
                "SET CONSTRAINTS ALL IMMEDIATE",
                "SET ROLE a",
                "SET idle_in_transaction_session_timeout = 500",
                "SET my_transaction_setting = 1",
                "SET \"transaction\" = 1",
                "SET transactional = 1",
                "SET transaction.tenant = 'a'",
                "SET transaction_x.y = 'a'",
                "SET \"transaction_x\" . \"y\" = 'a'",
                "SET session.transaction_x = 'a'; SET local.transaction_x = 'a'",
                "SET 'transaction_isolation' = 1",
                "SET",
                "RESET",
                "SET \"",
                "RESET ALL",
                "RESET statement_timeout",
                "SHOW transaction_isolation",
                "SHOW TRANSACTION ISOLATION LEVEL",
                "ALTER ROLE a SET default_transaction_read_only = off",
                "DO $$ BEGIN COMMIT; END $$",
                "CALL transfer(1)",
                "EXPLAIN SELECT 1; VALUES (1)",
                "LOCK TABLE t; LISTEN commit; NOTIFY commit, '; COMMIT'",
                "CREATE TABLE begin (atomic int); CREATE RULE r AS ON INSERT TO begin DO ALSO (SELECT 1; SELECT 2)",
                "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$",
                "CREATE",
                "CREATE OR; SELECT 1"
            })
    void otherTextMustPass(String sql) {
        assertThat(TransactionControl.find(sql)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "BEGIN ATOMIC SELECT 1; END",
                "begin /* ; */ atomic select 1; select 2; end;",
                "BEGIN ATOMIC; END",
                "BEGIN ATOMIC END",
                "BEGIN ATOMIC END; SELECT 1",
                "RETURN 1",
                "COST 1 BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; END",
                "SET search_path TO begin BEGIN ATOMIC SELECT begin atomic FROM t; SELECT begin atomic FROM t; END",
                "BEGIN ATOMIC SELECT 1; END; CREATE OR REPLACE PROCEDURE p(a int) BEGIN ATOMIC SELECT 1; END; SELECT 1"
            })
    void theEndOfARoutineBodyMustPass(String rest) {
        assertThat(TransactionControl.find(CREATE + rest)).isNull();
        assertThat(TransactionControl.find("CREATE OR REPLACE PROCEDURE f(a int DEFAULT (1)) " + rest))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                CREATE + "BEGIN ATOMIC SELECT 1; END; END",
                CREATE + "BEGIN ATOMIC END; END",
                CREATE + "BEGIN ATOMIC SELECT begin atomic FROM t; END; END",
                CREATE + "RETURN 1; END",
                CREATE + "RETURN (SELECT begin atomic FROM t); END",
                CREATE + "AS $$BEGIN ATOMIC$$; END",
                CREATE + "\"begin\" ATOMIC; END",
                CREATE + "BEGIN \"atomic\"; END",
                CREATE + "BEGIN, ATOMIC; END",
                "CREATE FUNCTION f(a int DEFAULT begin atomic) RETURNS int RETURN 1; END",
                "CREATE FUNCTION f(begin) atomic; END",
                "CREATE FUNCTION f; BEGIN ATOMIC; END",
                "CREATE OR FUNCTION f() RETURNS int; END",
                "CREATE OR REPLACE VIEW v AS SELECT begin atomic FROM t; END",
                "CREATE OR; END",
                "CREATE; END",
                "SELECT begin atomic FROM t; END",
                "CREATE \"function\" f() BEGIN ATOMIC SELECT 1; END"
            })
    void anEndThatClosesNoRoutineBodyMustBeFound(String sql) {
        assertThat(TransactionControl.find(sql)).isIn("END", "BEGIN");
        assertThat(TransactionControl.find(sql.replace("END", "END AND CHAIN"))).isNotNull();
    }

    /** A server with encoding LATIN5 and locale tr_TR was seen to take this name for transaction_read_only. */
    @Test
    void aSettingSpeltWithADottedCapitalIMustBeFound() {
        assertThat(TransactionControl.find("SET TRANSACT\u0130ON_READ_ONLY = off"))
                .isEqualTo("SET transaction_read_only");
    }

    @Test
    void otherCommandsInsideARoutineBodyMustBeFound() {
        assertThat(TransactionControl.find(CREATE + "BEGIN ATOMIC COMMIT; END")).isNull();
        assertThat(TransactionControl.find(CREATE + "BEGIN ATOMIC SELECT 1; COMMIT; END"))
                .isEqualTo("COMMIT");
        assertThat(TransactionControl.find(CREATE + "BEGIN ATOMIC SELECT 1; END; COMMIT"))
                .isEqualTo("COMMIT");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"SELECT 1 --\uD800\u010A;COMMIT", "\uDC00", "SELECT '\uD83D'", "\uD83D\uDE00\uDE00", "\uD83D"})
    void aTextWithAnUnpairedSurrogateMustBeReported(String sql) {
        assertThat(TransactionControl.find(sql)).isEqualTo("unpaired surrogate");
    }

    @Test
    void pairedSurrogatesMustPass() {
        assertThat(TransactionControl.find("SELECT '\uD83D\uDE00' AS \uD83D\uDE00; SELECT '\uD83D\uDE00'"))
                .isNull();
    }
}
