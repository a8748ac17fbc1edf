package org.reactivesessions.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import org.junit.jupiter.api.Test;
import org.reactivesessions.testkit.junit.PostgresCluster;
import org.reactivesessions.testkit.junit.PostgresTest;
import org.reactivesessions.testkit.server.EmbeddedCluster;
import org.reactivesessions.testkit.server.EmbeddedServer;
import org.reactivesessions.testkit.server.TestDatabase;

@PostgresCluster(replicas = 1)
@PostgresTest(scripts = "/schema.sql")
class FailoverIT {

    // tag::failover[]
    @Test
    void whatWasReplicatedMustBeThereAfterAFailover(EmbeddedCluster cluster, TestDatabase database) {
        accounts(cluster.primary(), database).transfer(1, 2, 30).block();
        cluster.awaitReplay();
        cluster.kill();
        EmbeddedServer after = cluster.promote();
        assertThat(accounts(after, database).balance(2).block()).isEqualTo(30);
        accounts(after, database).transfer(2, 1, 30).block();
    }

    private static Accounts accounts(EmbeddedServer server, TestDatabase database) {
        return new Accounts(ConnectionFactories.get(server.copyOf(database).r2dbcUrl()));
    }
    // end::failover[]

    @Test
    void aStandbyThatLagsMustShowWhatWas(EmbeddedCluster cluster, TestDatabase database) {
        cluster.awaitReplay();
        // tag::lag[]
        cluster.pauseReplication();
        accounts(cluster.primary(), database).transfer(1, 2, 30).block();
        assertThat(accounts(cluster.standby(), database).balance(2).block()).isZero();
        cluster.resumeReplication();
        cluster.awaitReplay();
        assertThat(accounts(cluster.standby(), database).balance(2).block()).isEqualTo(30);
        // end::lag[]
    }

    @Test
    void whileThePrimaryIsAwayNobodyMustBeReached(EmbeddedCluster cluster, TestDatabase database) {
        cluster.kill();
        assertThatThrownBy(accounts(cluster.primary(), database).balance(1)::block)
                .isInstanceOf(R2dbcNonTransientResourceException.class);
        cluster.restart();
        assertThat(accounts(cluster.primary(), database).balance(1).block()).isEqualTo(100);
    }
}
