package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.transaction.Stage.update;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.pool.PoolStatus;
import org.reactivesessions.pool.ResetPolicy;
import org.reactivesessions.scripted.ScriptedDatabase;

/** Connections that are reset after every scope. */
class ResetAlwaysTest {

    private static final String READ = "SELECT 1";

    @RegisterExtension
    final Stage stage = Stage.resetting(ResetPolicy.ALWAYS);

    private final ScriptedDatabase database = stage.database();

    @Test
    void whoLeavesNothingMustBeResetToo() {
        stage.run(connection -> update(connection, READ));

        assertThat(database.wire()).containsExactly("BEGIN", READ, "COMMIT", "reset");
        assertThat(stage.source().status()).isEqualTo(new PoolStatus(0, 1, 0, 1, 1, 0, 0));
    }

    @Test
    void nobodyMustTakeAConnectionOverThatIsToBeReset() {
        database.hold(READ, "COMMIT");
        stage.run(connection -> update(connection, READ));
        stage.run(connection -> update(connection, "VALUES (2)"));
        database.last(READ).complete();
        assertThat(database.wire()).containsExactly("BEGIN", READ, "COMMIT");
        database.letPass("COMMIT");
        database.last("COMMIT").complete();

        assertThat(database.wire())
                .containsExactly("BEGIN", READ, "COMMIT", "reset", "BEGIN", "VALUES (2)", "COMMIT", "reset");
    }
}
