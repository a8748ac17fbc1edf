package org.reactivesessions.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import org.junit.jupiter.api.Test;
import org.reactivesessions.testkit.junit.PostgresTest;
import org.reactivesessions.testkit.proxy.FaultProxy;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.TestDatabase;

@PostgresTest(scripts = "/schema.sql")
class LostAnswerIT {

    // tag::proxy[]
    @Test
    void aLostAnswerToCommitMustBeAnErrorAlthoughTheMoneyHasMoved(TestDatabase database, ConnectionFactory direct) {
        try (FaultProxy proxy = FaultProxy.start(database.host(), database.port())) {
            Rule lost = proxy.cut(FrameMatch.fromServer('C').answering("^COMMIT"));
            Accounts accounts = new Accounts(ConnectionFactories.get(database.r2dbcUrl(proxy.host(), proxy.port())));

            assertThatThrownBy(accounts.transfer(1, 2, 30)::block)
                    .isInstanceOf(R2dbcNonTransientResourceException.class);

            assertThat(lost.hits()).isEqualTo(1);
            assertThat(new Accounts(direct).balance(2).block()).isEqualTo(30);
        }
    }
    // end::proxy[]
}
