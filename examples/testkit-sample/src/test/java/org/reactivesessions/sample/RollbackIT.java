package org.reactivesessions.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.ConnectionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.reactivesessions.testkit.junit.DatabasePer;
import org.reactivesessions.testkit.junit.PostgresTest;
import org.reactivesessions.testkit.rollback.RollbackConnections;
import org.reactivesessions.testkit.rollback.RollbackOptions;

// tag::rollback[]
@PostgresTest(scripts = "/schema.sql", databasePer = DatabasePer.CLASS)
class RollbackIT {

    private final RollbackConnections connections;

    RollbackIT(ConnectionFactory factory) {
        connections = RollbackConnections.begin(factory, RollbackOptions.defaults())
                .blockOptional()
                .orElseThrow();
    }

    @AfterEach
    void undo() {
        connections.end().block();
    }

    @RepeatedTest(2)
    void anAccountMustBeOpenedOnce() {
        Accounts accounts = new Accounts(connections);
        accounts.open(3, 10).block();
        assertThat(accounts.balance(3).block()).isEqualTo(10);
    }
}
// end::rollback[]
