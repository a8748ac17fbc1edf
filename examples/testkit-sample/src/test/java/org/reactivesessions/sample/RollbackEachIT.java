package org.reactivesessions.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.ConnectionFactory;
import org.junit.jupiter.api.RepeatedTest;
import org.reactivesessions.testkit.junit.DatabasePer;
import org.reactivesessions.testkit.junit.PostgresTest;
import org.reactivesessions.testkit.rollback.RollbackAfterEach;

// tag::rollback[]
@PostgresTest(scripts = "/schema.sql", databasePer = DatabasePer.CLASS)
@RollbackAfterEach
class RollbackEachIT {

    @RepeatedTest(2)
    void anAccountMustBeOpenedOnce(ConnectionFactory factory) {
        Accounts accounts = new Accounts(factory);
        accounts.open(3, 10).block();
        assertThat(accounts.balance(3).block()).isEqualTo(10);
    }
}
// end::rollback[]
