package org.reactivesessions.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import org.junit.jupiter.api.Test;
import org.reactivesessions.ReactiveSessions;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.r2dbc.ConnectionFactoryDecorator;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.r2dbc.connection.DelegatingConnectionFactory;

/** What sessions are on the application's own connection factory. No server is needed: nothing connects before it is used. */
class GivenDatabaseAutoConfigurationTest {

    private static final String URL = "r2dbc:postgresql://user:hidden@localhost:1/db";

    private final ApplicationContextRunner context = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    OwnPoolAutoConfiguration.class, GivenDatabaseAutoConfiguration.class, R2dbcAutoConfiguration.class))
            .withPropertyValues("spring.r2dbc.url=" + URL);

    /** Something around connections that is not a pool, such as what observes statements. */
    private static final class Decorated extends DelegatingConnectionFactory {

        Decorated(ConnectionFactory inner) {
            super(inner);
        }
    }

    @Test
    void sessionsMustHaveAsManyConnectionsAsThePoolOfTheApplication() {
        context.withPropertyValues("spring.r2dbc.pool.max-size=17").run(started -> {
            assertThat(started).hasSingleBean(ReactiveSessions.class).hasSingleBean(ConnectionPool.class);
            assertThat(started.getBean(ReactiveSessions.class).poolStatus().maxSize())
                    .isEqualTo(17);
        });
    }

    @Test
    void aSizeOfTheSessionsOwnMustCome() {
        context.withPropertyValues("reactive-sessions.pool-size=2", "reactive-sessions.max-overflow=1")
                .run(started -> assertThat(started.getBean(ReactiveSessions.class)
                                .poolStatus()
                                .maxSize())
                        .isEqualTo(3));
    }

    @Test
    void connectionsMustBeOpenedBelowThePoolAndWithWhatIsBelowIt() {
        context.withBean(ConnectionFactoryDecorator.class, () -> Decorated::new).run(started -> {
            GivenDatabase given = GivenDatabase.of(started.getBean(ConnectionFactory.class));
            assertThat(given.driver()).isInstanceOf(Decorated.class);
            assertThat(given.driver().getMetadata().getName()).isEqualTo("PostgreSQL");
        });
    }

    @Test
    void aPoolMustBeFoundBehindWhateverIsAroundIt() {
        ConnectionFactory pool = ConnectionFactories.get("r2dbc:pool:postgresql://user@localhost:1/db?maxSize=4");
        GivenDatabase given = GivenDatabase.of(new Decorated(new Decorated(pool)));
        assertThat(given.driver()).isInstanceOf(PostgresqlConnectionFactory.class);
        assertThat(given.size()).isEqualTo(4);
    }

    @Test
    void aFactoryWithoutAPoolMustBeTakenAsItIs() {
        Decorated factory = new Decorated(ConnectionFactories.get(URL));
        assertThat(GivenDatabase.of(factory)).isEqualTo(new GivenDatabase(factory, 10));
    }

    @Test
    void ofSeveralFactoriesNoneMustBeGuessed() {
        ConnectionFactory one = ConnectionFactories.get(URL);
        context.withBean("one", ConnectionFactory.class, () -> one)
                .withBean("other", ConnectionFactory.class, () -> ConnectionFactories.get(URL))
                .run(started -> assertThat(started).hasNotFailed().doesNotHaveBean(ReactiveSessions.class));
        context.withBean("one", ConnectionFactory.class, () -> one, definition -> definition.setPrimary(true))
                .withBean("other", ConnectionFactory.class, () -> ConnectionFactories.get(URL))
                .run(started -> assertThat(started).hasSingleBean(ReactiveSessions.class));
    }

    @Test
    void customizersMustComeAfterTheProperties() {
        context.withPropertyValues("reactive-sessions.pool-size=2")
                .withBean(ReactiveSessionsBuilderCustomizer.class, () -> builder -> builder.maxSize(4))
                .run(started -> assertThat(started.getBean(ReactiveSessions.class)
                                .poolStatus()
                                .maxSize())
                        .isEqualTo(4));
    }

    @Test
    void aSettingThatNeedsAPoolOfTheSessionsOwnMustBeRefused() {
        context.withPropertyValues("reactive-sessions.statement-timeout=2s", "reactive-sessions.sslmode=require")
                .run(started -> assertThat(Analysis.of(started.getStartupFailure()))
                        .contains("reactive-sessions.sslmode, reactive-sessions.statement-timeout")
                        .contains("Set reactive-sessions.url instead of spring.r2dbc.url"));
    }

    @Test
    void anOverflowOfNothingMustBeRefused() {
        context.withPropertyValues("reactive-sessions.max-overflow=2")
                .run(started -> assertThat(Analysis.of(started.getStartupFailure()))
                        .contains("max-overflow (2) is added to pool-size, which is not set"));
    }
}
