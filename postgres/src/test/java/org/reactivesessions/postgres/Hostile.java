package org.reactivesessions.postgres;

import java.util.List;

/** What somebody can put into a schema that comes before the catalog, each of which says something else or fails. */
final class Hostile {

    private static final List<String> OBJECTS = List.of(
            "FUNCTION SCHEMA.trap() RETURNS bool LANGUAGE plpgsql AS $$ BEGIN RAISE 'trapped'; END $$",
            "FUNCTION SCHEMA.lie(timestamptz, timestamptz) RETURNS bool LANGUAGE sql AS 'SELECT true'",
            "OPERATOR SCHEMA.< (LEFTARG = timestamptz, RIGHTARG = timestamptz, FUNCTION = SCHEMA.lie)",
            "OPERATOR SCHEMA.> (LEFTARG = timestamptz, RIGHTARG = timestamptz, FUNCTION = SCHEMA.lie)",
            "FUNCTION SCHEMA.lie(interval, interval) RETURNS bool LANGUAGE sql AS 'SELECT true'",
            "OPERATOR SCHEMA.< (LEFTARG = interval, RIGHTARG = interval, FUNCTION = SCHEMA.lie)",
            "OPERATOR SCHEMA.> (LEFTARG = interval, RIGHTARG = interval, FUNCTION = SCHEMA.lie)",
            "FUNCTION SCHEMA.lie(float8, float8) RETURNS bool LANGUAGE sql AS 'SELECT true'",
            "OPERATOR SCHEMA.> (LEFTARG = float8, RIGHTARG = float8, FUNCTION = SCHEMA.lie)",
            "FUNCTION SCHEMA.lie(bigint, integer) RETURNS bool LANGUAGE sql AS 'SELECT true'",
            "OPERATOR SCHEMA.< (LEFTARG = bigint, RIGHTARG = integer, FUNCTION = SCHEMA.lie)",
            "FUNCTION SCHEMA.three(bigint, integer) RETURNS bigint LANGUAGE sql AS 'SELECT 3::bigint'",
            "OPERATOR SCHEMA.% (LEFTARG = bigint, RIGHTARG = integer, FUNCTION = SCHEMA.three)",
            "OPERATOR SCHEMA./ (LEFTARG = bigint, RIGHTARG = integer, FUNCTION = SCHEMA.three)",
            "FUNCTION SCHEMA.lie(text, text) RETURNS bool LANGUAGE sql AS 'SELECT true'",
            "OPERATOR SCHEMA.= (LEFTARG = text, RIGHTARG = text, FUNCTION = SCHEMA.lie)",
            "FUNCTION SCHEMA.nothing(text, text) RETURNS text LANGUAGE sql AS 'SELECT NULL::text'",
            "OPERATOR SCHEMA.|| (LEFTARG = text, RIGHTARG = text, FUNCTION = SCHEMA.nothing)",
            "FUNCTION SCHEMA.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS 'SELECT ''infinity''::timestamptz'",
            "FUNCTION SCHEMA.transaction_timestamp() RETURNS timestamptz LANGUAGE sql AS 'SELECT ''infinity''::timestamptz'",
            "FUNCTION SCHEMA.now() RETURNS timestamptz LANGUAGE sql AS 'SELECT ''infinity''::timestamptz'",
            "FUNCTION SCHEMA.pg_current_xact_id_if_assigned() RETURNS xid8 LANGUAGE sql AS 'SELECT NULL::xid8'",
            "FUNCTION SCHEMA.mark(token uuid, within_ms bigint) RETURNS void LANGUAGE sql AS ''",
            "FUNCTION SCHEMA.slot(token uuid) RETURNS int2 LANGUAGE sql AS 'SELECT 0::int2'",
            "FUNCTION SCHEMA.token_age(token uuid) RETURNS interval LANGUAGE sql AS 'SELECT interval ''0'''",
            "FUNCTION SCHEMA.to_regprocedure(text) RETURNS regprocedure LANGUAGE sql AS 'SELECT NULL::regprocedure'",
            "TABLE SCHEMA.commit_marker (token uuid, slot int2, fenced bool)",
            "TABLE SCHEMA.operation (id text, applied_at timestamptz)",
            "DOMAIN SCHEMA.uuid AS pg_catalog.uuid CHECK (SCHEMA.trap())",
            "DOMAIN SCHEMA.bool AS pg_catalog.bool CHECK (SCHEMA.trap())",
            "DOMAIN SCHEMA.text AS pg_catalog.text CHECK (SCHEMA.trap())",
            "DOMAIN SCHEMA.timestamptz AS pg_catalog.timestamptz CHECK (SCHEMA.trap())",
            "DOMAIN SCHEMA.interval AS pg_catalog.interval CHECK (SCHEMA.trap())");

    private Hostile() {}

    static void plant(JdbcSession session, String schema) {
        OBJECTS.forEach(object -> session.run("CREATE " + object.replace("SCHEMA.", schema + '.')));
    }
}
