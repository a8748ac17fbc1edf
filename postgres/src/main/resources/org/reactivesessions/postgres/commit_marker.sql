-- What reactive-sessions keeps in a database: by what a transaction whose COMMIT was not answered is decided afterwards, and
-- which operations were applied already. PostgreSQL 15 or later. It can be run again at any time, also under load, and is best
-- run as one transaction, by a role that may create schemas or owns this one. Later versions add to it and keep what is there.
--
-- Those functions that touch the tables run with the rights of that role, so nobody else needs any, and may be called by everybody.
-- Each sets its own search_path, and outside of them every name has its schema, so nobody can put others in their places.

DO $$
DECLARE
    owner pg_catalog.name;
BEGIN
    PERFORM pg_catalog.pg_advisory_xact_lock(8241962870541398351); -- to the end of the transaction, for others that run this
    SELECT pg_catalog.pg_get_userbyid(n.nspowner) INTO owner FROM pg_catalog.pg_namespace AS n
        WHERE n.nspname OPERATOR(pg_catalog.=) 'reactive_sessions';
    IF owner IS NULL THEN
        CREATE SCHEMA reactive_sessions;
    ELSIF owner OPERATOR(pg_catalog.<>) CURRENT_USER THEN
        RAISE EXCEPTION 'the schema reactive_sessions belongs to %, but this was run by %', owner, CURRENT_USER
            USING ERRCODE = 'insufficient_privilege',
                HINT = 'Run it as the owner of the schema, so that nobody else owns what everybody calls.';
    END IF;
END
$$;

-- One row for each transaction that has left a marker, and for each that was found never to have left one (fenced). The four
-- partitions are used in turn, a day of tokens each, so a day is forgotten without touching another one.
CREATE TABLE IF NOT EXISTS reactive_sessions.commit_marker (
    token pg_catalog.uuid NOT NULL,
    slot pg_catalog.int2 NOT NULL,
    fenced pg_catalog.bool NOT NULL,
    PRIMARY KEY (token, slot)
) PARTITION BY LIST (slot);

CREATE TABLE IF NOT EXISTS reactive_sessions.commit_marker_0
    PARTITION OF reactive_sessions.commit_marker FOR VALUES IN (0);
CREATE TABLE IF NOT EXISTS reactive_sessions.commit_marker_1
    PARTITION OF reactive_sessions.commit_marker FOR VALUES IN (1);
CREATE TABLE IF NOT EXISTS reactive_sessions.commit_marker_2
    PARTITION OF reactive_sessions.commit_marker FOR VALUES IN (2);
CREATE TABLE IF NOT EXISTS reactive_sessions.commit_marker_3
    PARTITION OF reactive_sessions.commit_marker FOR VALUES IN (3);

-- One row for each operation that was applied.
CREATE TABLE IF NOT EXISTS reactive_sessions.operation (
    id pg_catalog.text COLLATE pg_catalog."C" PRIMARY KEY,
    applied_at pg_catalog.timestamptz NOT NULL
);

REVOKE ALL ON TABLE reactive_sessions.commit_marker, reactive_sessions.commit_marker_0, reactive_sessions.commit_marker_1,
    reactive_sessions.commit_marker_2, reactive_sessions.commit_marker_3, reactive_sessions.operation FROM PUBLIC;

-- Read as text in the catalog, so that it can be asked for where it does not exist.
CREATE OR REPLACE FUNCTION reactive_sessions.marker_version() RETURNS pg_catalog.int4
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS 'SELECT 1';

-- The milliseconds since 1970 in the first 48 bits of a token, which is a UUID of version 7.
CREATE OR REPLACE FUNCTION reactive_sessions.token_millis(token pg_catalog.uuid) RETURNS pg_catalog.int8
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT ('x' || pg_catalog.encode(pg_catalog.substr(pg_catalog.uuid_send(token), 1, 6), 'hex'))::bit(48)::int8 $$;

-- The partition of a token: its day, of four.
CREATE OR REPLACE FUNCTION reactive_sessions.slot(token pg_catalog.uuid) RETURNS pg_catalog.int2
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT (reactive_sessions.token_millis(token) / 86400000 % 4)::int2 $$;

-- The partition that nobody uses: from 06:00 (UTC) on, for a day, that of the day before yesterday. Its youngest token is 30 hours
-- old then, six more than a token is asked for; its next one can come at noon of tomorrow, six hours after that day. So the clock
-- may be wrong by six hours either way.
CREATE OR REPLACE FUNCTION reactive_sessions.unused_slot(at pg_catalog.timestamptz) RETURNS pg_catalog.int2
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT ((pg_catalog.floor(pg_catalog.date_part('epoch', at - interval '6 hours') / 86400)::int8 + 2) % 4)::int2 $$;

-- How old a token is by the clock of this server, which alone decides: negative if it was made on a clock that is ahead.
CREATE OR REPLACE FUNCTION reactive_sessions.token_age(token pg_catalog.uuid) RETURNS pg_catalog.interval
    LANGUAGE sql VOLATILE PARALLEL SAFE
    AS $$ SELECT pg_catalog.clock_timestamp() - pg_catalog.to_timestamp(reactive_sessions.token_millis(token) / 1000.0::float8) $$;

-- Leaves the marker of a transaction. It fails by the primary key if the transaction was fenced, so the INSERT has no ON CONFLICT;
-- with RS001 if it comes later than within_ms after the beginning of the transaction; and with RS002 if the token is 12 hours old
-- or more, because its place may be forgotten some time later. All is looked at when the row is there, which keeps its partition
-- from being emptied until the transaction ends.
CREATE OR REPLACE FUNCTION reactive_sessions.mark(token pg_catalog.uuid, within_ms pg_catalog.int8) RETURNS pg_catalog.void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    INSERT INTO reactive_sessions.commit_marker (token, slot, fenced)
        VALUES (mark.token, reactive_sessions.slot(mark.token), false);
    IF (clock_timestamp() < transaction_timestamp() + within_ms * interval '1 millisecond') IS NOT TRUE THEN
        RAISE EXCEPTION 'the commit marker came % after the beginning of its transaction',
            clock_timestamp() - transaction_timestamp() USING ERRCODE = 'RS001';
    ELSIF (reactive_sessions.token_age(token) BETWEEN interval '-12 hours' AND interval '12 hours') IS NOT TRUE THEN
        RAISE EXCEPTION 'the commit marker was % old', reactive_sessions.token_age(token) USING ERRCODE = 'RS002';
    END IF;
END
$$;

-- Decides a transaction: true, its marker is there; false, it was not, and one that keeps it from committing is there now; NULL,
-- its token is so old, or so far ahead, that the database cannot know. The row is written in either case, so that the COMMIT of
-- the caller, which gives the answer its worth, is as durable as what was found.
CREATE OR REPLACE FUNCTION reactive_sessions.resolve(token pg_catalog.uuid) RETURNS pg_catalog.bool
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    committed bool;
BEGIN
    IF reactive_sessions.token_age(token) BETWEEN interval '-12 hours' AND interval '24 hours' THEN
        INSERT INTO reactive_sessions.commit_marker AS marker (token, slot, fenced)
            VALUES (resolve.token, reactive_sessions.slot(resolve.token), true)
            ON CONFLICT ON CONSTRAINT commit_marker_pkey DO UPDATE SET token = excluded.token
            RETURNING NOT marker.fenced INTO committed;
    END IF;
    IF reactive_sessions.token_age(token) > interval '24 hours' THEN
        RETURN NULL; -- it has waited that long
    END IF;
    RETURN committed;
END
$$;

-- Empties the partition that nobody uses. It waits for no lock: whoever reads it meanwhile (a backup) puts it off until the next time.
CREATE OR REPLACE FUNCTION reactive_sessions.purge() RETURNS pg_catalog.void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    unused text := 'reactive_sessions.commit_marker_' || reactive_sessions.unused_slot(clock_timestamp());
BEGIN
    EXECUTE 'LOCK TABLE ONLY ' || unused || ' IN ACCESS SHARE MODE NOWAIT';
    IF pg_relation_size(unused::regclass) > 0 THEN
        EXECUTE 'LOCK TABLE ONLY ' || unused || ' IN ACCESS EXCLUSIVE MODE NOWAIT';
        EXECUTE 'TRUNCATE TABLE ONLY ' || unused;
    END IF;
EXCEPTION
    WHEN lock_not_available THEN NULL;
END
$$;

-- Claims an operation, once: NULL if it was not applied yet, otherwise when. While another transaction that has claimed it is open
-- it waits for its end, and claims it if that one rolls back.
CREATE OR REPLACE FUNCTION reactive_sessions.claim(id pg_catalog.text) RETURNS pg_catalog.timestamptz
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    applied timestamptz;
BEGIN
    LOOP
        INSERT INTO reactive_sessions.operation (id, applied_at) VALUES (claim.id, transaction_timestamp())
            ON CONFLICT DO NOTHING;
        IF FOUND THEN
            RETURN NULL;
        END IF;
        SELECT applied_at INTO applied FROM reactive_sessions.operation AS operation WHERE operation.id = claim.id;
        IF FOUND THEN
            RETURN applied;
        END IF; -- forgotten in between
    END LOOP;
END
$$;

GRANT USAGE ON SCHEMA reactive_sessions TO PUBLIC;
GRANT EXECUTE ON FUNCTION reactive_sessions.marker_version(), reactive_sessions.mark(pg_catalog.uuid, pg_catalog.int8),
    reactive_sessions.resolve(pg_catalog.uuid), reactive_sessions.purge(), reactive_sessions.claim(pg_catalog.text) TO PUBLIC;
