package org.reactivesessions.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.wire.Residue.BEYOND_RESET;
import static org.reactivesessions.wire.Residue.NONE;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a text may leave on its connection; {@link SqlKindTest} has the rest of what is read off it. */
class ResidueTest {

    private static Conduct after(String... texts) {
        Conduct conduct = new Conduct();
        List.of(texts).forEach(conduct::sent);
        return conduct;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    SELECT 1                                                        | NONE
                    SELECT temp, temperature FROM attempt WHERE prepared AND setting = 1 | NONE
                    SELECT * INTO copy FROM temp                                    | NONE
                    SELECT * INTO temperature FROM temp                             | NONE
                    INSERT INTO temp VALUES (1)                                     | NONE
                    UPDATE advisory SET lock = 1                                    | NONE
                    SELECT pg_advisory_xact_lock(1)                                 | NONE
                    SELECT pg_try_advisory_xact_lock_shared(1)                      | NONE
                    SELECT pg_notify('a', 'b')                                      | NONE
                    SELECT payments_status, accounts_stats FROM events_statistics   | NONE
                    SELECT asset_config, offset_limit FROM dataset_config           | NONE
                    SELECT replay_lag FROM pg_stat_replication                      | NONE
                    SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots | NONE
                    NOTIFY a                                                        | NONE
                    SELECT nextval('a'), currval('a')                               | NONE
                    (SELECT 1) UNION (SELECT 2)                                     | NONE
                    ((SELECT 1))                                                    | NONE
                    SELECT 1; INSERT INTO item VALUES (1); DELETE FROM item         | NONE
                    ; ;                                                             | NONE
                    -- nothing                                                      | NONE
                    CREATE TABLE item (temp int)                                    | NONE
                    CREATE OR REPLACE VIEW temp AS SELECT 1                         | NONE
                    CREATE UNLOGGED TABLE item (id int)                             | NONE
                    CREATE INDEX CONCURRENTLY i ON item (id)                        | NONE
                    DROP TABLE item                                                 | NONE
                    ALTER TABLE item ADD temp int                                   | NONE
                    TRUNCATE item                                                   | NONE
                    LOCK TABLE item                                                 | NONE
                    COPY item FROM STDIN                                            | NONE
                    VACUUM item                                                     | NONE
                    REFRESH MATERIALIZED VIEW item                                  | NONE
                    SAVEPOINT s1                                                    | NONE
                    ROLLBACK TO SAVEPOINT s1                                        | NONE
                    SHOW work_mem                                                   | NONE
                    validate(REMOTE)                                                | NONE
                    DECLARE c NO SCROLL CURSOR FOR SELECT hold FROM threshold       | NONE
                    DECLARE c CURSOR WITHOUT HOLD FOR SELECT 1                      | SESSION
                    DECLARE c CURSOR WITH HOLD FOR SELECT 1                         | SESSION
                    declare c scroll cursor with/**/hold for select 1               | SESSION
                    FETCH FORWARD 2 FROM c                                          | NONE
                    CLOSE c                                                         | NONE
                    SET work_mem = 1                                                | SESSION
                    SET LOCAL work_mem = 1                                          | LOCAL
                    RESET ALL                                                       | SESSION
                    SET ROLE tenant                                                 | SESSION
                    SET SESSION AUTHORIZATION tenant                                | SESSION
                    SELECT set_config('a', 'b', false)                              | SESSION
                    SELECT "set_config"('a', 'b', false)                            | SESSION
                    SELECT U&"set\\005fconfig"('a', 'b', false)                     | SESSION
                    SELECT crosstab(E'SELECT\\nset_config(…)')                     | SESSION
                    SELECT set_limit(0.3)                                           | SESSION
                    SELECT pg_catalog.ts_stat('SELECT …')                           | SESSION
                    SELECT ts_rewrite('a', 'SELECT …')                              | SESSION
                    UPDATE pg_settings SET setting = 'off'                          | SESSION
                    CREATE TEMP TABLE t (id int)                                    | SESSION
                    create local temporary table t (id int)                         | SESSION
                    CREATE GLOBAL TEMP TABLE t (id int)                             | SESSION
                    CREATE OR REPLACE TEMP VIEW t AS SELECT 1                       | SESSION
                    CREATE /* OR */ TEMP SEQUENCE s                                 | SESSION
                    CREATE TABLE pg_temp.t (id int)                                 | SESSION
                    INSERT INTO pg_temp.t VALUES (1)                                | SESSION
                    SELECT 1 AS id INTO TEMP t                                      | SESSION
                    SELECT 1 AS id INTO LOCAL TEMPORARY t FROM item                 | SESSION
                    WITH a AS (SELECT 1) SELECT * INTO/**/TEMP t FROM a             | SESSION
                    (SELECT 1 AS id INTO TEMP t)                                    | SESSION
                    SELECT 1; SELECT 2 AS id INTO TEMP t                            | SESSION
                    SELECT 'a\\' AS id INTO TEMP t                                  | SESSION
                    SELECT pg_advisory_lock(1)                                      | SESSION
                    SELECT pg_catalog.pg_try_advisory_lock_shared(1)                | SESSION
                    SELECT "pg_advisory_lock"(1)                                    | SESSION
                    LISTEN a                                                        | SESSION
                    SELECT 1; LISTEN a; SELECT 2                                    | SESSION
                    PREPARE p AS SELECT 1                                           | SESSION
                    EXECUTE p                                                       | SESSION
                    DEALLOCATE p                                                    | SESSION
                    DEALLOCATE PREPARE p                                            | SESSION
                    EXPLAIN ANALYZE CREATE TEMP TABLE t AS SELECT 1                 | SESSION
                    DO $$ BEGIN NULL; END $$                                        | SESSION
                    CALL p()                                                        | SESSION
                    DISCARD TEMP                                                    | SESSION
                    SELECT query_to_xml('SELECT …', true, true, '')                 | SESSION
                    SOMETHING new                                                   | SESSION
                    (SOMETHING new)                                                 | SESSION
                    "SELECT" 1                                                      | SESSION
                    SELECT 'a\\'; SELECT 1                                          | SESSION
                    DISCARD ALL                                                     | BEYOND_RESET
                    DEALLOCATE ALL                                                  | BEYOND_RESET
                    DEALLOCATE PREPARE ALL                                          | BEYOND_RESET
                    DEALLOCATE "S_0"                                                | BEYOND_RESET
                    LOAD 'library'                                                  | BEYOND_RESET
                    SELECT dblink_connect('a', 'b')                                 | BEYOND_RESET
                    SELECT setseed(0.5)                                             | BEYOND_RESET
                    SELECT pg_replication_origin_session_setup('a')                 | BEYOND_RESET
                    SELECT pg_create_logical_replication_slot('a', 'b', true)       | BEYOND_RESET
                    SELECT pg_create_physical_replication_slot('a', true, true)     | BEYOND_RESET
                    SELECT pg_copy_logical_replication_slot('a', 'b', true)         | BEYOND_RESET
                    SELECT pg_backup_start('a')                                     | BEYOND_RESET
                    SELECT 1; LOAD 'library'                                        | BEYOND_RESET
                    """)
    void aTextMayLeave(String sql, Residue residue) {
        assertThat(after(sql).residue()).isEqualTo(residue);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n"})
    void nothingMustLeaveNothing(String sql) {
        assertThat(after(sql).residue()).isEqualTo(NONE);
        assertThat(after().residue()).isEqualTo(NONE);
    }

    @Test
    void theWorstMustCount() {
        assertThat(after("LISTEN a", "SELECT setseed(1)", "SELECT 1").residue()).isEqualTo(BEYOND_RESET);
        assertThat(after("SELECT 1", "LISTEN a", "SELECT 1").residue()).isEqualTo(Residue.SESSION);
    }

    /** Whoever is plain may give the connection away before the last answer, when nothing can be reset any more. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT pg_advisory_lock(1)",
                "INSERT INTO pg_temp.t VALUES (1)",
                "SELECT 1 AS id INTO TEMP t",
                "SELECT setseed(1)",
                "INSERT INTO item SELECT dblink_connect('a', 'b')",
                "SELECT set_limit(1)"
            })
    void whoLeavesSomethingMustNotBePlain(String sql) {
        assertThat(after(sql).isPlain()).isFalse();
        assertThat(after(sql).isReading()).isFalse();
    }
}
