package org.reactivesessions.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import org.junit.jupiter.api.Test;
import org.reactivesessions.testkit.junit.PostgresTest;

@PostgresTest(scripts = "/schema.sql")
class AccountsIT {

    @Test
    void aTransferMustMoveMoney(ConnectionFactory factory) {
        Accounts accounts = new Accounts(factory);
        accounts.transfer(1, 2, 30).block();
        assertThat(accounts.balance(2).block()).isEqualTo(30);
    }

    @Test
    void anotherTestMustSeeNothingOfIt(ConnectionFactory factory) {
        assertThat(new Accounts(factory).balance(2).block()).isZero();
    }

    @Test
    void moneyThatIsNotThereMustNotBeMoved(ConnectionFactory factory) {
        Accounts accounts = new Accounts(factory);
        assertThatThrownBy(accounts.transfer(2, 1, 30)::block).isInstanceOf(R2dbcDataIntegrityViolationException.class);
        assertThat(accounts.balance(1).block()).isEqualTo(100);
    }
}
