package org.reactivesessions.postgres.matrix;

/** What a borrower can leave on the session of its connection, each by one statement. */
enum Leftover {
    SETTING("SET work_mem = '8MB'"),
    CONFIGURED("SELECT set_config('work_mem', '9MB', false)"),
    OWN_SETTING("SELECT set_config('app.tenant', 'one', false)"),
    GUARD_DOWN("SELECT set_config('default_transaction' || '_read_only', 'off', false)"),
    TEMPORARY_TABLE("CREATE TEMP TABLE left_over (id int)"),
    TEMPORARY_VIEW("CREATE OR REPLACE TEMPORARY VIEW left_view AS SELECT 1"),
    SELECTED_INTO_TEMPORARY("SELECT 1 AS id INTO LOCAL TEMP left_too"),
    IN_TEMPORARY_SCHEMA("CREATE TABLE pg_temp.left_there (id int)"),
    LOCK("SELECT pg_advisory_lock(4711)"),
    LOCK_TRIED("SELECT pg_catalog.pg_try_advisory_lock_shared(4712)"),
    LISTEN("LISTEN left_over"),
    CURSOR("DECLARE left_over CURSOR WITH HOLD FOR SELECT generate_series(1, 9)"),
    PREPARED("PREPARE left_over AS SELECT 1"),
    INSIDE_DO("DO $$ BEGIN PERFORM set_config('work_' || 'mem', '7MB', false); PERFORM pg_advisory_lock(4713);"
            + " EXECUTE 'PREPARE left_inside AS SELECT 1'; END $$"),
    AMONG_OTHERS("SELECT 1; LISTEN left_too; SELECT 2"),
    ROLE("SET ROLE left_role"),
    AUTHORIZATION("RESET ROLE; SET SESSION AUTHORIZATION left_role");

    private final String sql;

    Leftover(String sql) {
        this.sql = sql;
    }

    String sql() {
        return sql;
    }
}
