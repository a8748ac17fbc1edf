package org.reactivesessions.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

class PostgresExtensionIT {

    private static final Map<Class<?>, List<String>> SEEN = new ConcurrentHashMap<>();

    @Test
    void aTestClassMustGetOneFreshDatabaseThatIsDroppedAfterwards() throws Exception {
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectClass(FirstSample.class), selectClass(SecondSample.class))
                                .build(),
                        listener);
        assertThat(listener.getSummary().getFailures()).isEmpty();
        assertThat(listener.getSummary().getTestsSucceededCount()).isEqualTo(4);

        assertThat(seen(FirstSample.class)).hasSize(4);
        assertThat(seen(FirstSample.class).stream().distinct())
                .as("also in nested classes")
                .hasSize(1);
        assertThat(seen(SecondSample.class)).hasSize(1).doesNotContainAnyElementsOf(seen(FirstSample.class));
        assertThat(exists(seen(FirstSample.class).get(0))).isFalse();
        assertThat(exists(seen(SecondSample.class).get(0))).isFalse();
    }

    private static List<String> seen(Class<?> sample) {
        return SEEN.computeIfAbsent(sample, key -> new ArrayList<>());
    }

    private static boolean exists(String database) throws SQLException {
        try (Connection connection = TestServers.current().openJdbc();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT FROM pg_database WHERE datname = '" + database + "'")) {
            return row.next();
        }
    }

    /** Run by the launcher above, not on its own. */
    @ExtendWith(PostgresExtension.class)
    static class FirstSample {

        @BeforeAll
        static void prepare(TestDatabase database) {
            seen(FirstSample.class).add(database.database());
        }

        @Test
        void one(TestDatabase database, PostgresServer server) {
            seen(FirstSample.class).add(database.database());
            assertThat(server.port()).isEqualTo(TestServers.current().port());
        }

        @Test
        void two(TestDatabase database) throws SQLException {
            seen(FirstSample.class).add(database.database());
            assertThat(exists(database.database())).isTrue();
        }

        @Nested
        class Inner {

            @Test
            void three(TestDatabase database) {
                seen(FirstSample.class).add(database.database());
            }
        }
    }

    /** Run by the launcher above, not on its own. */
    @ExtendWith(PostgresExtension.class)
    static class SecondSample {

        @Test
        void one(TestDatabase database) {
            seen(SecondSample.class).add(database.database());
        }
    }
}
