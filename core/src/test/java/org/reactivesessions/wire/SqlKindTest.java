package org.reactivesessions.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.wire.SqlKind.OTHER;
import static org.reactivesessions.wire.SqlKind.READ;
import static org.reactivesessions.wire.SqlKind.UNSETTLING;
import static org.reactivesessions.wire.SqlKind.WRITE;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a text is; how its tokens are read is the affair of {@link SqlScannerTest}. */
class SqlKindTest {

    private static final int TEXTS = 10_000;

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    SELECT 1                                                        | READ
                    select 1                                                        | READ
                    SELECT                                                          | READ
                    VALUES (1)                                                      | READ
                    TABLE item                                                      | READ
                    WITH a AS (SELECT 1) SELECT * FROM a                            | READ
                    WITH a AS (INSERT INTO t VALUES (1) RETURNING id) TABLE a       | READ
                    SELECT * INTO copy FROM item                                    | READ
                    SELECT 1;                                                       | READ
                    SELECT 1; ; /* nothing */ ; -- more                             | READ
                    /* INSERT */ SELECT 1                                           | READ
                    /* a /* nested */ comment */ -- and a line                      | OTHER
                    INSERT INTO item VALUES (1)                                     | WRITE
                    Update item SET id = 1                                          | WRITE
                    DELETE FROM item                                                | WRITE
                    MERGE INTO item USING other ON true WHEN MATCHED THEN DELETE    | WRITE
                    INSERT INTO item VALUES ($1) ON CONFLICT DO NOTHING;            | WRITE
                    UPDATE item SET executed_at = now()                             | WRITE
                    INSERT INTO item VALUES (';')                                   | WRITE
                    INSERT INTO item VALUES ($$;$$)                                 | WRITE
                    INSERT INTO "a;b" VALUES (1)                                    | WRITE
                    INSERT INTO item VALUES ('a\\b')                                | WRITE
                    (SELECT 1)                                                      | OTHER
                    ((SELECT 1) UNION SELECT 2)                                     | OTHER
                    ; SELECT 1                                                      | OTHER
                    ;                                                               | OTHER
                    SELECT 1; SELECT 2                                              | OTHER
                    INSERT INTO item VALUES (1); DELETE FROM item                   | OTHER
                    SELECT 1;;SELECT 2                                              | OTHER
                    SELECT ';' ; SELECT 2                                           | OTHER
                    EXPLAIN ANALYZE INSERT INTO item VALUES (1)                     | OTHER
                    EXPLAIN SELECT 1                                                | OTHER
                    LOCK TABLE item                                                 | OTHER
                    COPY item FROM STDIN                                            | OTHER
                    COPY item TO PROGRAM 'cat'                                      | OTHER
                    CREATE TABLE item (id int)                                      | OTHER
                    CREATE INDEX CONCURRENTLY i ON item (id)                        | OTHER
                    TRUNCATE item                                                   | OTHER
                    VACUUM                                                          | OTHER
                    ANALYZE item                                                    | OTHER
                    REFRESH MATERIALIZED VIEW item                                  | OTHER
                    LISTEN channel                                                  | OTHER
                    UNLISTEN *                                                      | OTHER
                    NOTIFY channel                                                  | OTHER
                    PREPARE p AS SELECT 1                                           | OTHER
                    DEALLOCATE p                                                    | OTHER
                    DECLARE c CURSOR WITH HOLD FOR SELECT 1                         | OTHER
                    FETCH c                                                         | OTHER
                    ALTER SYSTEM SET work_mem = 1                                   | OTHER
                    LOAD 'library'                                                  | OTHER
                    SHOW work_mem                                                   | OTHER
                    "SELECT" 1                                                      | OTHER
                    SELECTED 1                                                      | OTHER
                    savepoint s                                                     | OTHER
                    SELECT pg_notify('a', 'b')                                      | OTHER
                    SELECT PG_NOTIFY('a', 'b')                                      | OTHER
                    SELECT "pg_notify"('a', 'b')                                    | OTHER
                    SELECT pg_advisory_lock(1)                                      | OTHER
                    SELECT lo_create(0)                                             | OTHER
                    SELECT lo_creat(-1)                                             | OTHER
                    SELECT LO_FROM_BYTEA(0, a) FROM t                               | OTHER
                    SELECT lowrite(lo_open(1, 131072), 'a')                         | OTHER
                    SELECT lo_put(1, 0, 'a'), lo_truncate(1, 0), lo_unlink(1)       | OTHER
                    SELECT lo_get(1), hello_world FROM t                            | READ
                    SELECT pg_catalog.pg_try_advisory_lock_shared(1)                | OTHER
                    INSERT INTO item SELECT dblink_exec('a', 'b')                   | OTHER
                    SELECT pg_logical_emit_message(false, 'a', 'b')                 | OTHER
                    SELECT pg_create_physical_replication_slot('a')                 | OTHER
                    SET work_mem = 1                                                | UNSETTLING
                    SET LOCAL work_mem = 1                                          | OTHER
                    set/**/work_mem = 1                                             | UNSETTLING
                    -- SELECT                                                       | OTHER
                    /* SELECT */ SET ROLE tenant                                    | UNSETTLING
                    RESET ALL                                                       | UNSETTLING
                    DISCARD ALL                                                     | UNSETTLING
                    CALL p()                                                        | UNSETTLING
                    DO $$ BEGIN NULL; END $$                                        | UNSETTLING
                    SELECT 1; SET work_mem = 1                                      | UNSETTLING
                    SELECT 1; SELECT 2; CALL p(); SELECT 3                          | UNSETTLING
                    SELECT set_config('a', 'b', false)                              | UNSETTLING
                    SELECT SET_Config('a', 'b', false)                              | UNSETTLING
                    SELECT "set_config"('a', 'b', false)                            | UNSETTLING
                    SELECT pg_catalog . set_config ('a', 'b', false)                | UNSETTLING
                    SELECT pg_catalog."set_config"('a', 'b', false)                 | UNSETTLING
                    SELECT U&"set\\005fconfig"('a', 'b', false)                     | UNSETTLING
                    SELECT u&"s!0065t_config" UESCAPE '!' ('a', 'b', false)         | UNSETTLING
                    INSERT INTO item SELECT set_config('a', 'b', false)             | UNSETTLING
                    WITH a AS (SELECT set_config('a', 'b', false)) TABLE a          | UNSETTLING
                    EXPLAIN ANALYZE SELECT set_config('a', 'b', false)              | UNSETTLING
                    PREPARE p AS SELECT set_config('a', 'b', false)                 | UNSETTLING
                    DECLARE c CURSOR FOR SELECT set_config('a', 'b', false)         | UNSETTLING
                    COPY (SELECT set_config('a', 'b', false)) TO STDOUT             | UNSETTLING
                    UPDATE pg_settings SET setting = 'off'                          | UNSETTLING
                    UPDATE pg_catalog."pg_settings" SET setting = 'off'             | UNSETTLING
                    EXECUTE p                                                       | UNSETTLING
                    execute/**/p                                                    | UNSETTLING
                    EXPLAIN ANALYZE EXECUTE p                                       | UNSETTLING
                    CREATE TABLE t AS EXECUTE p                                     | UNSETTLING
                    SELECT query_to_xml(concat('SELECT set', '_config()'), true, true, '') | UNSETTLING
                    SELECT * FROM ts_stat('SELECT …')                               | UNSETTLING
                    SELECT ts_rewrite('a'::tsquery, 'SELECT …')                     | UNSETTLING
                    SELECT 'a\\'; SET work_mem = 1                                  | UNSETTLING
                    SELECT E'a\\''; SELECT 1                                        | UNSETTLING
                    """)
    void theKindMustBe(String sql, SqlKind kind) {
        assertThat(SqlKind.of(sql)).isEqualTo(kind);
    }

    @Test
    void nothingMustBeOther() {
        assertThat(List.of("", " ", "\n\t", "\uFEFF", "--", "/*", "'", "$$", "\""))
                .allSatisfy(sql -> assertThat(SqlKind.of(sql)).isEqualTo(OTHER));
    }

    @Test
    void aWordInsideALiteralMustNotBeAStatement() {
        assertThat(SqlKind.of("INSERT INTO item VALUES ('; SET work_mem = 1')")).isEqualTo(WRITE);
        assertThat(SqlKind.of("SELECT 1 /* ; SET work_mem = 1 */")).isEqualTo(READ);
        assertThat(SqlKind.of("SELECT 1 -- ; SET work_mem = 1")).isEqualTo(READ);
        assertThat(SqlKind.of("SELECT $a$ ; SET work_mem = 1 $a$")).isEqualTo(READ);
    }

    @Test
    void aKindMustTellWhetherItIsPlain() {
        assertThat(List.of(READ, WRITE)).allMatch(SqlKind::isPlain);
        assertThat(List.of(OTHER, UNSETTLING)).noneMatch(SqlKind::isPlain);
    }

    private static final List<String> PLAIN = List.of("SELECT 1", "INSERT INTO a VALUES (';')", "TABLE \"a;b\"");
    private static final List<String> CHANGING = List.of("SET a = 1", "CALL p()", "DO $$;$$", "EXECUTE p", "RESET a");
    private static final List<String> BLANKS = List.of(" ", "\n", "-- ;\n", "/* ; SET */", "/* /* */ ' */", "\t");

    /** However it is dressed, what changes settings is found, and one plain statement is plain. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void whatChangesSettingsMustBeFoundAnywhere(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < TEXTS; i++) {
            StringBuilder text = new StringBuilder();
            int statements = 0;
            boolean changes = false;
            for (int parts = 1 + random.nextInt(4); parts > 0; parts--) {
                text.append(pick(BLANKS, random));
                if (random.nextInt(3) > 0) {
                    boolean changing = random.nextInt(4) == 0;
                    text.append(anyCase(pick(changing ? CHANGING : PLAIN, random), random));
                    changes |= changing;
                    statements++;
                }
                text.append(pick(BLANKS, random)).append(';');
            }

            SqlKind kind = SqlKind.of(text.toString());

            assertThat(kind == UNSETTLING).as(text.toString()).isEqualTo(changes);
            if (!changes) {
                boolean first = text.indexOf(";") >= 0 && startsWithStatement(text.toString());
                assertThat(kind.isPlain()).as(text.toString()).isEqualTo(statements == 1 && first);
            }
        }
    }

    private static boolean startsWithStatement(String text) {
        SqlScanner tokens = new SqlScanner(text, false);
        return tokens.next() == SqlScanner.Kind.WORD;
    }

    private static String anyCase(String words, Random random) {
        StringBuilder text = new StringBuilder();
        words.chars()
                .mapToObj(c -> (char) c)
                .forEach(c -> text.append(random.nextBoolean() ? Character.toLowerCase(c) : Character.toUpperCase(c)));
        return text.toString();
    }

    private static String pick(List<String> fragments, Random random) {
        return fragments.get(random.nextInt(fragments.size()));
    }
}
