package org.reactivesessions.postgres.matrix;

import org.reactivesessions.postgres.ServerFixture;

/** Any code inside COMMIT, by a deferred constraint trigger on what an operation writes. */
final class AtCommit {

    private AtCommit() {}

    /**
     * Lets every COMMIT of an operation run code.
     *
     * @param code statements of PL/pgSQL
     */
    static void run(ServerFixture fixture, String code) {
        fixture.run("CREATE OR REPLACE FUNCTION at_commit() RETURNS trigger LANGUAGE plpgsql AS $at_commit$ BEGIN "
                + code + "; RETURN NULL; END $at_commit$");
        fixture.run("DROP TRIGGER IF EXISTS at_commit ON effect");
        fixture.run("CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON effect DEFERRABLE INITIALLY DEFERRED"
                + " FOR EACH ROW EXECUTE FUNCTION at_commit()");
    }

    /** Lets every COMMIT of an operation fail with an ERROR of that SQLSTATE. */
    static void raise(ServerFixture fixture, String state) {
        run(fixture, "RAISE EXCEPTION 'refused at COMMIT' USING ERRCODE = '" + state + "'");
    }

    /** Lets every COMMIT of an operation wait, on the server, for a latch. */
    static void await(ServerFixture fixture, ServerLatch latch) {
        run(fixture, latch.waiting());
    }
}
