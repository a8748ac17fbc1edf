package org.reactivesessions.postgres;

/**
 * The question whether commit markers can be left: what is missing in the database, what the role may not do, and whether the
 * two clocks agree. It reads catalogs only, and nothing in it is looked up by search path. Stateless.
 */
final class MarkerReadiness {

    /** What the functions have to be at least; a newer one still has all of them. */
    static final int VERSION = 1;

    static final String INSTALL =
            "apply CommitMarkerSchema.ddl() in a migration, or call CommitMarkerSchema.install once";

    /**
     * An alternative is looked at only if none before it holds, and {@code to_regprocedure} fails without USAGE. The version is
     * read as text because a function that may not be there cannot be called.
     */
    private static final String QUERY = """
            SELECT CASE
                WHEN pg_catalog.to_regnamespace('reactive_sessions') IS NULL THEN
                    'there is no schema reactive_sessions in this database; {install}'
                WHEN NOT pg_catalog.has_schema_privilege('reactive_sessions', 'USAGE') THEN
                    pg_catalog.concat('the role ', CURRENT_USER, ' may not use the schema reactive_sessions; run GRANT USAGE ON'
                        ' SCHEMA reactive_sessions TO ', pg_catalog.quote_ident(CURRENT_USER))
                WHEN (SELECT pg_catalog.count(pg_catalog.to_regclass(pg_catalog.concat('reactive_sessions.', t.name)))
                        OPERATOR(pg_catalog.<) 6 FROM (VALUES ('commit_marker'), ('commit_marker_0'), ('commit_marker_1'),
                        ('commit_marker_2'), ('commit_marker_3'), ('operation')) AS t (name)) THEN
                    'tables are missing in the schema reactive_sessions; {install}'
                WHEN (SELECT pg_catalog.count(f.id) OPERATOR(pg_catalog.<) 5 FROM ({functions}) AS f) THEN
                    'functions are missing in the schema reactive_sessions; {install}'
                WHEN (SELECT CAST(pg_catalog.substr(p.prosrc, 8) AS pg_catalog.int4) OPERATOR(pg_catalog.<) {version}
                        FROM pg_catalog.pg_proc AS p WHERE p.proname OPERATOR(pg_catalog.=) 'marker_version'
                        AND p.pronamespace OPERATOR(pg_catalog.=) pg_catalog.to_regnamespace('reactive_sessions')) THEN
                    'what is in the schema reactive_sessions was made by an older version of this library; {install}'
                WHEN NOT (SELECT pg_catalog.bool_and(pg_catalog.has_function_privilege(f.id, 'EXECUTE'))
                        FROM ({functions}) AS f) THEN
                    pg_catalog.concat('the role ', CURRENT_USER, ' may not call the functions of the schema reactive_sessions; run'
                        ' GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA reactive_sessions TO ', pg_catalog.quote_ident(CURRENT_USER))
                WHEN pg_catalog.abs(pg_catalog.date_part('epoch', pg_catalog.clock_timestamp()) OPERATOR(pg_catalog.-)
                        ({millis} OPERATOR(pg_catalog./) 1000.0::pg_catalog.float8)) OPERATOR(pg_catalog.>) {tolerance} THEN
                    pg_catalog.concat('the clock of this process says ', pg_catalog.to_char(pg_catalog.timezone('UTC',
                        pg_catalog.to_timestamp({millis} OPERATOR(pg_catalog./) 1000.0::pg_catalog.float8)),
                        'YYYY-MM-DD HH24:MI:SS'), ' and that of the database ', pg_catalog.to_char(pg_catalog.timezone('UTC',
                        pg_catalog.clock_timestamp()), 'YYYY-MM-DD HH24:MI:SS'), ' (UTC), more than 6 hours apart, and with 12'
                        ' markers are refused; set the one that is wrong')
            END
            """.replace(
                    "{functions}",
                    "SELECT pg_catalog.to_regprocedure(pg_catalog.concat('reactive_sessions.', signature)) AS id FROM (VALUES"
                            + " ('marker_version()'), ('mark(pg_catalog.uuid, pg_catalog.int8)'),"
                            + " ('resolve(pg_catalog.uuid)'), ('purge()'), ('claim(pg_catalog.text)')) AS s (signature)")
            .replace("{install}", INSTALL)
            .replace("{version}", Integer.toString(VERSION))
            .replace("{tolerance}", Integer.toString(6 * 60 * 60));

    private MarkerReadiness() {}

    /**
     * Returns the query.
     *
     * @param millis the time of this process, in milliseconds since 1970
     * @return a SELECT of one text, or of NULL if nothing is missing
     */
    static String query(long millis) {
        return QUERY.replace("{millis}", Long.toString(millis));
    }
}
