package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.testkit.junit.PostgresTest;
import org.reactivesessions.testkit.server.TestDatabase;

/** Reactive sessions as a parameter of a test. */
@PostgresTest
@Timeout(120)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SessionsParameterIT {

    private static final List<ReactiveSessions> SEEN = new ArrayList<>();

    private final ReactiveSessions constructed;

    SessionsParameterIT(ReactiveSessions sessions) {
        this.constructed = sessions;
    }

    @Order(1)
    @RepeatedTest(2)
    void theyMustLeadToTheDatabaseOfTheTest(ReactiveSessions sessions, TestDatabase database) {
        SEEN.add(sessions);
        assertThat(sessions).isSameAs(constructed);
        assertThat(databaseOf(sessions)).isEqualTo(database.database());
    }

    @Order(2)
    @Test
    void eachTestMustHaveItsOwnWhichAreClosedAfterIt() {
        assertThat(SEEN).hasSize(2).doesNotHaveDuplicates().doesNotContain(constructed);
        for (ReactiveSessions sessions : SEEN) {
            assertThatThrownBy(() -> databaseOf(sessions)).hasMessageContaining("closed");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "r2dbc:postgresql://user@host/database, true",
        "postgresql://host/database, true",
        "postgres://host/database, true",
        "r2dbc:h2:mem:///database, false",
        "mysql://host/postgresql://, false"
    })
    void onlyUrlsOfPostgresMustBeSupported(String url, boolean supported) {
        assertThat(new PostgresSessionsProvider().supports(url)).isEqualTo(supported);
    }

    private static String databaseOf(ReactiveSessions sessions) {
        return String.valueOf(sessions.withTransaction(session ->
                        session.sql("SELECT current_database()::text").one(row -> row.get(0, String.class)))
                .block(ServerFixture.PATIENCE));
    }
}
