package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.core.publisher.Flux;

/** A violation of a constraint is found in the log by the name of the constraint, without the values of the row. */
@ExtendWith(PostgresExtension.class)
@Timeout(60)
class ViolationLogIT {

    private static final String INSERT = "INSERT INTO purse VALUES ($1)";

    private final LogLines log = LogLines.of("org.reactivesessions.transaction");
    private final ServerFixture fixture;

    ViolationLogIT(TestDatabase database) {
        fixture = ServerFixture.on(database);
        fixture.run("DROP TABLE IF EXISTS purse;"
                + " CREATE TABLE purse (coins int CONSTRAINT purse_not_in_debt CHECK (coins >= 0))");
    }

    @AfterEach
    void close() {
        log.close();
        fixture.close();
    }

    private void mustBeNamed() {
        ILoggingEvent event = log.events().stream()
                .filter(line -> line.getLevel() == Level.ERROR)
                .reduce((one, other) -> {
                    throw new AssertionError("twice: " + other);
                })
                .orElseThrow();
        assertThat(event.getFormattedMessage())
                .startsWith("transaction: rolled back because of an error in ACTIVE, after ")
                .contains("SQLSTATE 23514; constraint \"purse_not_in_debt\"; table \"purse\"")
                .contains("(help: troubleshooting.md#integrity)")
                .doesNotContain("-4711");
        assertThat(event.getKeyValuePairs())
                .anySatisfy(pair -> assertThat(pair.toString()).contains("purse_not_in_debt"));
        assertThat(LogLines.cause(event)).isNotNull();
    }

    @Test
    void oneOfOurStatementsMustBeNamed() {
        fixture.sessions()
                .withTransaction(session -> session.sql(INSERT, -4711).rowsUpdated())
                .onErrorComplete()
                .block(ServerFixture.PATIENCE);

        mustBeNamed();
    }

    @Test
    void oneOfTheDriversStatementsMustBeNamed() {
        fixture.sessions()
                .withTransaction(session -> Flux.from(session.connection()
                                .createStatement(INSERT)
                                .bind(0, -4711)
                                .execute())
                        .concatMap(result -> result.getRowsUpdated())
                        .then())
                .onErrorComplete()
                .block(ServerFixture.PATIENCE);

        mustBeNamed();
    }
}
