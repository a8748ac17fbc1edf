package org.reactivesessions.postgres.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivesessions.pool.ResetPolicy;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.postgres.security.SecurityRow;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;

/** The check of the rows of {@link ResidueRowsIT} sees what is left where nothing is reset. */
@ExtendWith(PostgresExtension.class)
@SecurityRow("S12")
class ResidueTeethIT {

    private final TestDatabase database;

    ResidueTeethIT(TestDatabase database) {
        this.database = database;
    }

    private static void transaction(ServerFixture fixture, String sql) {
        fixture.sessions()
                .withTransaction(session -> session.sql(sql).execute())
                .block(ServerFixture.PATIENCE);
    }

    @ParameterizedTest
    @EnumSource
    void withoutAResetTheNextBorrowerMustSeeIt(Leftover leftover) {
        try (ServerFixture fixture = ServerFixture.withoutReset(database)) {
            fixture.run("DO $$ BEGIN CREATE ROLE left_role; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
            Check check = new Check(fixture);
            transaction(fixture, leftover.sql());

            assertThatThrownBy(check::nextBorrowerIsClean)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("what the next borrower finds");
        }
    }

    /** What no text says is not found either, unless every connection is reset. */
    @Test
    void whatAFunctionDoesUnseenMustBeSeenUnlessEveryConnectionIsReset() {
        String unseen = "CREATE OR REPLACE FUNCTION unseen() RETURNS void LANGUAGE plpgsql AS $$ BEGIN"
                + " PERFORM set_config('work_mem', '7MB', false); END $$";
        assertThat(seenAfter(ResetPolicy.WHEN_DIRTY, unseen)).contains("work_mem=7168");
        assertThat(seenAfter(ResetPolicy.ALWAYS, unseen)).doesNotContain("work_mem");
        assertThat(seenAfter(ResetPolicy.NEVER_REUSE, unseen)).doesNotContain("work_mem");
    }

    private String seenAfter(ResetPolicy reset, String function) {
        try (ServerFixture fixture = ServerFixture.with(database, settings -> settings.reset(reset))) {
            fixture.run(function);
            Check check = new Check(fixture);
            transaction(fixture, "SELECT unseen()");
            return check.residue();
        }
    }
}
