package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.postgres.hygiene.ExpectsDrops;
import org.reactivesessions.postgres.report.Launched;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** What the R2DBC TestKit finds in the driver by itself is what {@link R2dbcTestKitIT} leaves to it, and nothing else. */
@ExpectsDrops // the driver breaks its connection when a Blob is discarded after it was read
class R2dbcTestKitOfDriverIT {

    /** The kit as it is, on the driver's own connections. Run here only, because a part of it fails. */
    @ExtendWith(PostgresExtension.class)
    @TestInstance(Lifecycle.PER_CLASS)
    @Timeout(60)
    @ExpectsDrops
    static class Plain implements PostgresTestKit {

        private final ConnectionFactory connections;
        private final JdbcOperations witness;

        Plain(TestDatabase database) {
            this.connections = ConnectionFactories.get(database.r2dbcUrl());
            this.witness = new JdbcTemplate(new DriverManagerDataSource(database.jdbcUrl()));
        }

        @Override
        public ConnectionFactory getConnectionFactory() {
            return connections;
        }

        @Override
        public JdbcOperations getJdbcOperations() {
            return witness;
        }
    }

    @Test
    void theDriverMustFailInWhatWeTestOtherwiseAndNowhereElse() {
        Map<String, String> results = Launched.results(Plain.class);

        System.out.println("R2DBC TestKit on the driver alone: " + results);
        assertThat(results).hasSize(TestKitTally.TESTS);
        assertThat(results.entrySet())
                .filteredOn(result -> !Launched.passed(result.getValue()))
                .extracting(Map.Entry::getKey)
                .containsExactlyInAnyOrderElementsOf(TestKitTally.otherwiseIn(R2dbcTestKitIT.class));
    }
}
