package org.reactivesessions.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.ConnectionFactory;
import org.junit.jupiter.api.Test;
import org.reactivesessions.testkit.junit.PostgresTest;

// spotless:off
// tag::first[]
@PostgresTest(scripts = "/schema.sql")
class FirstIT {

    @Test
    void aTransferMustMoveMoney(ConnectionFactory factory) {
        Accounts accounts = new Accounts(factory);
        accounts.transfer(1, 2, 30).block();
        assertThat(accounts.balance(2).block()).isEqualTo(30);
    }
}
// end::first[]
// spotless:on
