package org.reactivesessions.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.ConnectionFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.data.annotation.Id;
import org.springframework.data.r2dbc.repository.config.EnableR2dbcRepositories;
import org.springframework.data.relational.core.mapping.Table;
import org.springframework.data.repository.reactive.ReactiveCrudRepository;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.connection.init.ConnectionFactoryInitializer;
import org.springframework.r2dbc.connection.init.ResourceDatabasePopulator;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.annotation.Transactional;
import reactor.core.publisher.Mono;

/**
 * An application that was there before the sessions: a migration when it starts, writes that commit by themselves, a repository of
 * Spring Data, and a service with {@code @Transactional} methods. It does the same without them, with them, and on their own pool.
 */
@ExtendWith(PostgresExtension.class)
class ExistingApplicationIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final String SCHEMA =
            "DROP TABLE IF EXISTS note; CREATE TABLE note (id bigserial PRIMARY KEY, text text)";

    private final TestDatabase database;

    ExistingApplicationIT(TestDatabase database) {
        this.database = database;
    }

    /** A row. */
    @Table("note")
    record Note(@Id @Nullable Long id, String text) {}

    /** What Spring Data implements. */
    interface Notes extends ReactiveCrudRepository<Note, Long> {}

    /** What does the work. */
    static class Service {

        private final Notes notes;
        private final DatabaseClient client;

        Service(Notes notes, DatabaseClient client) {
            this.notes = notes;
            this.client = client;
        }

        @Transactional
        public Mono<Long> two(String text, boolean failing) {
            return notes.save(new Note(null, text))
                    .then(client.sql("INSERT INTO note (text) VALUES ($1)")
                            .bind(0, text)
                            .fetch()
                            .rowsUpdated())
                    .flatMap(rows -> failing ? Mono.error(new IllegalStateException("mine")) : notes.count());
        }
    }

    /** The application, of which no line knows of sessions. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @EnableR2dbcRepositories(considerNestedRepositories = true)
    static class Application {

        @Bean
        ConnectionFactoryInitializer migration(ConnectionFactory factory) {
            ConnectionFactoryInitializer migration = new ConnectionFactoryInitializer();
            migration.setConnectionFactory(factory);
            migration.setDatabasePopulator(
                    new ResourceDatabasePopulator(new ByteArrayResource(SCHEMA.getBytes(StandardCharsets.UTF_8))));
            return migration;
        }

        @Bean
        Service service(Notes notes, DatabaseClient client) {
            return new Service(notes, client);
        }
    }

    /** Starts it, and tells what it did. */
    private List<String> told(Map<String, Object> properties, boolean withSessions) {
        SpringApplication application = new SpringApplication(Application.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        application.setDefaultProperties(properties);
        try (ConfigurableApplicationContext context = application.run("--spring.main.banner-mode=off")) {
            assertThat(context.getBeansOfType(ReactiveSessions.class)).hasSize(withSessions ? 1 : 0);
            assertThat(context.getBean(ReactiveTransactionManager.class) instanceof R2dbcTransactionManager)
                    .isEqualTo(!withSessions);
            List<String> told = new ArrayList<>();
            DatabaseClient client = context.getBean(DatabaseClient.class);
            told.add("autocommit "
                    + client.sql("INSERT INTO note (text) VALUES ('alone')")
                            .fetch()
                            .rowsUpdated()
                            .block(PATIENCE));
            Service service = context.getBean(Service.class);
            told.add("two " + service.two("both", false).block(PATIENCE));
            told.add("failing "
                    + service.two("none", true)
                            .map(String::valueOf)
                            .onErrorResume(error -> Mono.just(error.toString()))
                            .block(PATIENCE));
            told.add("rows " + context.getBean(Notes.class).count().block(PATIENCE));
            told.add("defaults "
                    + client.sql("SELECT current_setting('default_transaction_read_only')")
                            .map(row -> row.get(0, String.class))
                            .one()
                            .block(PATIENCE));
            return told;
        }
    }

    @Test
    void theSameMustHappenWithAndWithoutSessions() {
        Map<String, Object> url = Map.of("spring.r2dbc.url", database.r2dbcUrl());
        List<String> before =
                told(Map.of("spring.r2dbc.url", database.r2dbcUrl(), "reactive-sessions.enabled", "false"), false);
        assertThat(before)
                .containsExactly(
                        "autocommit 1",
                        "two 3",
                        "failing java.lang.IllegalStateException: mine",
                        "rows 3",
                        "defaults off");
        assertThat(told(url, true)).isEqualTo(before);
        assertThat(told(Map.of("reactive-sessions.url", database.url()), true)).isEqualTo(before);
    }
}
