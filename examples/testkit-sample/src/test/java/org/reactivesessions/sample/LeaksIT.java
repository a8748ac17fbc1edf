package org.reactivesessions.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.ConnectionFactory;
import org.junit.jupiter.api.Test;
import org.reactivesessions.testkit.junit.PostgresTest;
import org.reactivesessions.testkit.leak.CheckLeaks;
import org.reactivesessions.testkit.leak.LeakCheck;
import org.reactivesessions.testkit.server.TestDatabase;

// tag::leaks[]
@CheckLeaks
@PostgresTest(scripts = "/schema.sql")
class LeaksIT {

    @Test
    void everyConnectionMustBeClosed(ConnectionFactory factory, TestDatabase database, LeakCheck leaks) {
        Accounts accounts = new Accounts(leaks.database(database).watch(factory));
        accounts.transfer(1, 2, 30).block();
        assertThat(accounts.balance(1).block()).isEqualTo(70);
    }
}
// end::leaks[]
