package org.reactivesessions.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.retry.RetryRegistry;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.postgres.PostgresSessions;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** When there is a pool of the sessions' own, and what of. No server is needed: nothing connects before it is used. */
class OwnPoolAutoConfigurationTest {

    private static final String URL = "reactive-sessions.url=postgresql://user:hidden@localhost:1/db";

    private final ApplicationContextRunner context = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    OwnPoolAutoConfiguration.class,
                    GivenDatabaseAutoConfiguration.class,
                    R2dbcAutoConfiguration.class));

    /** Where Spring Boot makes no connection factory either: it fails without an address. */
    private final ApplicationContextRunner bare = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(OwnPoolAutoConfiguration.class, GivenDatabaseAutoConfiguration.class));

    @Test
    void anAddressMustMakeSessionsAndTheirConnectionFactory() {
        context.withPropertyValues(URL, "reactive-sessions.pool-size=3", "reactive-sessions.max-overflow=2")
                .run(started -> {
                    assertThat(started).hasSingleBean(ReactiveSessions.class).hasSingleBean(ConnectionFactory.class);
                    assertThat(started).doesNotHaveBean(ConnectionPool.class);
                    assertThat(started.getBean(ReactiveSessions.class)
                                    .poolStatus()
                                    .maxSize())
                            .isEqualTo(5);
                });
    }

    @Test
    void theAddressMayBeInParts() {
        context.withPropertyValues("reactive-sessions.host=localhost", "reactive-sessions.database=db")
                .withPropertyValues("reactive-sessions.username=user", "reactive-sessions.insecure=true")
                .run(started -> assertThat(started).hasSingleBean(ReactiveSessions.class));
    }

    @Test
    void aTimeWithoutAUnitMustBeSeconds() {
        context.withPropertyValues(URL, "reactive-sessions.pool-timeout=7").run(started -> {
            assertThat(started.getBean(DatabaseProperties.class).poolTimeout()).isEqualTo(Duration.ofSeconds(7));
            assertThat(started.getBean(DatabaseProperties.class).settings()).containsEntry("pool-timeout", "7000ms");
        });
    }

    @Test
    void nothingMustBeThereWithoutAnAddressOrAFactory() {
        bare.withPropertyValues("reactive-sessions.pool-size=3")
                .run(started -> assertThat(started)
                        .hasNotFailed()
                        .doesNotHaveBean(ReactiveSessions.class)
                        .doesNotHaveBean(SessionsDrain.class));
    }

    @Test
    void nothingMustBeThereWhenSwitchedOff() {
        bare.withPropertyValues(URL, "reactive-sessions.enabled=false")
                .run(started -> assertThat(started).doesNotHaveBean(ReactiveSessions.class));
        context.withPropertyValues("spring.r2dbc.url=r2dbc:postgresql://user@localhost:1/db")
                .withPropertyValues("reactive-sessions.enabled=false")
                .run(started -> assertThat(started)
                        .hasSingleBean(ConnectionFactory.class)
                        .doesNotHaveBean(ReactiveSessions.class));
    }

    @Test
    void sessionsOfTheApplicationMustBeTheOnlyOnes() {
        ReactiveSessions own = PostgresSessions.builder()
                .host("localhost")
                .database("own")
                .username("me")
                .build();
        context.withPropertyValues(URL)
                .withBean("mine", ReactiveSessions.class, () -> own)
                .run(started ->
                        assertThat(started.getBean(ReactiveSessions.class)).isSameAs(own));
    }

    @Test
    void aConnectionFactoryOfTheApplicationMustStayTheOnlyOne() {
        ConnectionFactory own = ConnectionFactories.get("r2dbc:postgresql://user@localhost:1/other");
        context.withPropertyValues(URL)
                .withBean("mine", ConnectionFactory.class, () -> own)
                .run(started -> {
                    assertThat(started.getBean(ConnectionFactory.class)).isSameAs(own);
                    assertThat(started).hasSingleBean(ReactiveSessions.class);
                });
    }

    @Test
    void registriesOfTheApplicationMustGetBreakerAndRetry() {
        CircuitBreakerRegistry breakers = CircuitBreakerRegistry.ofDefaults();
        RetryRegistry retries = RetryRegistry.ofDefaults();
        context.withPropertyValues(URL)
                .withBean(CircuitBreakerRegistry.class, () -> breakers)
                .withBean(RetryRegistry.class, () -> retries)
                .run(started -> {
                    assertThat(breakers.find("reactive-sessions")).isPresent();
                    assertThat(retries.find("reactive-sessions")).isPresent();
                });
    }

    @Test
    void customizersMustComeAfterTheProperties() {
        context.withPropertyValues(URL, "reactive-sessions.pool-size=3")
                .withBean(PostgresSessionsCustomizer.class, () -> builder -> builder.maxSize(4))
                .run(started -> assertThat(started.getBean(ReactiveSessions.class)
                                .poolStatus()
                                .maxSize())
                        .isEqualTo(4));
    }

    @Test
    void aSettingThatCannotBeMustBeAnalyzed() {
        context.withPropertyValues(URL, "reactive-sessions.pool-reset=sometimes")
                .run(started -> {
                    assertThat(started).hasFailed();
                    assertThat(Analysis.of(started.getStartupFailure()))
                            .contains("reactive-sessions: pool-reset must be")
                            .contains("sometimes")
                            .contains("Correct what is set below \"reactive-sessions\"")
                            .doesNotContain("hidden");
                });
    }

    @Test
    void whoAsksForSessionsThatAreNotThereMustBeToldWhy() {
        bare.withBean(NeedsSessions.class)
                .run(started -> assertThat(Analysis.of(started.getStartupFailure()))
                        .contains("A bean needs ReactiveSessions")
                        .contains("Set reactive-sessions.url, or spring.r2dbc.url"));
    }

    /** A service. */
    static final class NeedsSessions {

        NeedsSessions(ReactiveSessions sessions) {
            assertThat(sessions).isNotNull();
        }
    }

    @Test
    void propertiesMustNotShowTheirValues() {
        context.withPropertyValues("reactive-sessions.password=hidden", "reactive-sessions.host=here")
                .withPropertyValues("reactive-sessions.username=user", "reactive-sessions.database=db")
                .run(started -> assertThat(started.getBean(DatabaseProperties.class))
                        .hasToString("DatabaseProperties[host, database, username, password]"));
    }
}
