package org.reactivesessions.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcConnectionDetails;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.boot.testcontainers.service.connection.ServiceConnectionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.r2dbc.core.DatabaseClient;
import org.testcontainers.postgresql.PostgreSQLContainer;

/** A container of a test says where the database is, whatever the properties of the application say. */
@ExtendWith(PostgresExtension.class)
class ServiceConnectionIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String NOWHERE = "postgresql://user:hidden@localhost:1/nowhere";

    private final TestDatabase database;
    private final ApplicationContextRunner context;

    ServiceConnectionIT(TestDatabase database) {
        this.database = database;
        this.context = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        ServiceConnectionAutoConfiguration.class,
                        OwnPoolAutoConfiguration.class,
                        GivenDatabaseAutoConfiguration.class,
                        R2dbcAutoConfiguration.class))
                .withBean(TestDatabase.class, () -> database, definition -> definition.setDestroyMethodName(""))
                .withPropertyValues("reactive-sessions.pool-timeout=30s", "reactive-sessions.connect-timeout=30s");
    }

    /** A container to Spring Boot, and a server without Docker in truth. */
    private static final class Contained extends PostgreSQLContainer {

        private final ConnectionFactoryOptions options;

        Contained(TestDatabase database) {
            super("postgres:18");
            this.options = ConnectionFactoryOptions.parse(database.r2dbcUrl());
        }

        private String said(io.r2dbc.spi.Option<?> option) {
            return String.valueOf(options.getValue(option));
        }

        @Override
        public void start() {
            // It runs.
        }

        @Override
        public void stop() {
            // Somebody else's.
        }

        @Override
        public boolean isRunning() {
            return true;
        }

        @Override
        public String getHost() {
            return said(ConnectionFactoryOptions.HOST);
        }

        @Override
        public Integer getMappedPort(int port) {
            return Integer.valueOf(said(ConnectionFactoryOptions.PORT));
        }

        @Override
        public String getDatabaseName() {
            return said(ConnectionFactoryOptions.DATABASE);
        }

        @Override
        public String getUsername() {
            return said(ConnectionFactoryOptions.USER);
        }

        @Override
        public String getPassword() {
            return said(ConnectionFactoryOptions.PASSWORD);
        }
    }

    /** As it is written in tests of applications. */
    @Configuration(proxyBeanMethods = false)
    static class Containers {

        @Bean
        @ServiceConnection
        PostgreSQLContainer postgres(TestDatabase database) {
            return new Contained(database);
        }
    }

    private static @Nullable String database(ReactiveSessions sessions) {
        return sessions.withTransaction(
                        session -> session.sql("SELECT current_database()").one(row -> row.get(0, String.class)))
                .block(PATIENCE);
    }

    private static @Nullable String database(ConnectionFactory factory) {
        return DatabaseClient.create(factory)
                .sql("SELECT current_database()")
                .map(row -> row.get(0, String.class))
                .one()
                .block(PATIENCE);
    }

    private void assertLeadsThere(ApplicationContextRunner runner, String guard) {
        runner.run(started -> {
            ReactiveSessions sessions = started.getBean(ReactiveSessions.class);
            assertThat(database(sessions)).isEqualTo(database.database());
            assertThat(database(started.getBean(ConnectionFactory.class))).isEqualTo(database.database());
            assertThat(sessions.withSession(session -> session.sql("SHOW default_transaction_read_only")
                                    .one(row -> row.get(0, String.class)))
                            .block(PATIENCE))
                    .isEqualTo(guard);
        });
    }

    @Test
    void sessionsMustGoWhereTheContainerIs() {
        assertLeadsThere(context.withUserConfiguration(Containers.class), "off");
    }

    @Test
    void theContainerMustComeBeforeSpringsProperties() {
        assertLeadsThere(
                context.withUserConfiguration(Containers.class).withPropertyValues("spring.r2dbc.url=r2dbc:" + NOWHERE),
                "off");
    }

    /** The application's own pool is made as its properties say, with the guard, but there. */
    @Test
    void theContainerMustComeBeforeTheSessionsProperties() {
        ApplicationContextRunner own = context.withUserConfiguration(Containers.class)
                .withPropertyValues("reactive-sessions.url=" + NOWHERE, "reactive-sessions.pool-size=3");
        assertLeadsThere(own, "on");
        own.run(started -> assertThat(
                        started.getBean(ReactiveSessions.class).poolStatus().maxSize())
                .isGreaterThanOrEqualTo(3)
                .isLessThan(10));
    }

    @Test
    void anybodysDetailsMustComeBeforeTheProperties() {
        ApplicationContextRunner detailed = context.withBean(
                R2dbcConnectionDetails.class, () -> () -> ConnectionFactoryOptions.parse(database.r2dbcUrl()));
        assertLeadsThere(detailed.withPropertyValues("spring.r2dbc.url=r2dbc:" + NOWHERE), "off");
        assertLeadsThere(detailed.withPropertyValues("reactive-sessions.url=" + NOWHERE), "on");
    }

    /** They are properties like others, and say less of sessions than those that are called so. */
    @Test
    void springsPropertiesMustNotComeBeforeTheSessionsProperties() {
        assertLeadsThere(
                context.withPropertyValues(
                        "spring.r2dbc.url=r2dbc:" + NOWHERE, "reactive-sessions.url=" + database.url()),
                "on");
    }

    @Test
    void theDatabaseOfAnotherKindMustBeLeftOut() {
        assertLeadsThere(
                context.withBean(
                                R2dbcConnectionDetails.class,
                                () -> () -> ConnectionFactoryOptions.parse("r2dbc:other://localhost:1/nowhere"))
                        .withPropertyValues("reactive-sessions.url=" + database.url()),
                "on");
    }
}
