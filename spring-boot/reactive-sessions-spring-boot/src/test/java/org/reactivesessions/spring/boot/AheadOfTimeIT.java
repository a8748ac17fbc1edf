package org.reactivesessions.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.spring.SessionsTransactionManager;
import org.reactivesessions.spring.boot.actuate.SessionsEndpoint;
import org.reactivesessions.spring.boot.actuate.SessionsEndpointAutoConfiguration;
import org.reactivesessions.spring.boot.actuate.SessionsHealthAutoConfiguration;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.TestCompiler;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.annotation.Transactional;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** An application whose beans were decided when it was built: from generated code, without any condition or registrar. */
@ExtendWith(PostgresExtension.class)
class AheadOfTimeIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TestDatabase database;

    AheadOfTimeIT(TestDatabase database) {
        this.database = database;
    }

    /** A small application with two databases, of which one has a name. */
    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({
        InstancesAutoConfiguration.class,
        OwnPoolAutoConfiguration.class,
        GivenDatabaseAutoConfiguration.class,
        SessionsTransactionAutoConfiguration.class,
        SessionsHealthAutoConfiguration.class,
        SessionsEndpointAutoConfiguration.class,
        R2dbcAutoConfiguration.class,
        TransactionAutoConfiguration.class
    })
    @Import(Notes.class)
    static class Application {}

    /** What both are used by. */
    static class Notes {

        private final DatabaseClient main;
        private final DatabaseClient orders;

        Notes(ConnectionFactory main, @Qualifier("orders") ConnectionFactory orders) {
            this.main = DatabaseClient.create(main);
            this.orders = DatabaseClient.create(orders);
        }

        private static Mono<Long> insert(DatabaseClient client, boolean failing) {
            return client.sql("INSERT INTO note VALUES (1)")
                    .fetch()
                    .rowsUpdated()
                    .flatMap(rows -> failing ? Mono.error(new IllegalStateException("mine")) : Mono.just(rows));
        }

        @Transactional
        public Mono<Long> write(boolean failing) {
            return insert(main, failing);
        }

        @Transactional("orders")
        public Mono<Long> order(boolean failing) {
            return insert(orders, failing);
        }
    }

    private static long count(ReactiveSessions sessions) {
        Long count = sessions.withSession(
                        session -> session.sql("SELECT count(*) FROM note").one(row -> row.get(0, Long.class)))
                .block(PATIENCE);
        return count == null ? -1 : count;
    }

    private TestPropertyValues properties(String url) {
        return TestPropertyValues.of(
                "reactive-sessions.url=" + url,
                "reactive-sessions.pool-timeout=30s",
                "reactive-sessions.connect-timeout=30s",
                "reactive-sessions.instances.orders.url=" + url,
                "reactive-sessions.instances.orders.pool-size=2",
                "reactive-sessions.instances.orders.pool-timeout=30s",
                "reactive-sessions.instances.orders.connect-timeout=30s",
                "management.endpoints.web.exposure.include=sessions",
                "management.endpoints.jmx.exposure.include=sessions");
    }

    /** Built with one address, and started with another. */
    private RuntimeHints run(Consumer<GenericApplicationContext> test) {
        TestGenerationContext generation = new TestGenerationContext();
        try (AnnotationConfigApplicationContext built = new AnnotationConfigApplicationContext()) {
            properties("postgresql://builder@localhost:1/nowhere").applyTo(built);
            built.register(Application.class);
            String initializer = new ApplicationContextAotGenerator()
                    .processAheadOfTime(built, generation)
                    .canonicalName();
            generation.writeGeneratedContent();
            TestCompiler.forSystem().with(generation).compile(compiled -> {
                try (GenericApplicationContext started = new GenericApplicationContext()) {
                    properties(database.url()).applyTo(started);
                    initialize(compiled.getInstance(ApplicationContextInitializer.class, initializer), started);
                    started.refresh();
                    test.accept(started);
                }
            });
        }
        return generation.getRuntimeHints();
    }

    @SuppressWarnings("unchecked") // it takes every context
    private static void initialize(ApplicationContextInitializer<?> initializer, GenericApplicationContext context) {
        ((ApplicationContextInitializer<GenericApplicationContext>) initializer).initialize(context);
    }

    private static <T> T bean(GenericApplicationContext context, String name, Class<T> type) {
        return context.getBean(name, type);
    }

    private static void mustFail(Mono<Long> work) {
        work.as(StepVerifier::create).expectErrorMessage("mine").verify(PATIENCE);
    }

    @Test
    @CompileWithForkedClassLoader
    void theApplicationMustRunAsItDoesWithoutIt() {
        RuntimeHints hints = run(context -> {
            ReactiveSessions main = bean(context, "reactiveSessions", ReactiveSessions.class);
            ReactiveSessions orders = bean(context, "ordersSessions", ReactiveSessions.class);
            assertThat(context.getBean(ReactiveSessions.class)).isSameAs(main);
            assertThat(orders.poolStatus().maxSize())
                    .isLessThan(main.poolStatus().maxSize());
            assertThat(context.getBeanNamesForType(SessionsTransactionManager.class))
                    .hasSize(2);
            main.withTransaction(
                            session -> session.sql("CREATE TABLE note (id int)").execute())
                    .block(PATIENCE);

            Notes notes = context.getBean(Notes.class);
            assertThat(notes.write(false).block(PATIENCE)).isEqualTo(1);
            mustFail(notes.write(true));
            assertThat(notes.order(false).block(PATIENCE)).isEqualTo(1);
            mustFail(notes.order(true));
            assertThat(count(main)).isEqualTo(2);
            assertThat(main.statistics().sinceStart().rolledBack()).isEqualTo(1);
            assertThat(orders.statistics().sinceStart().rolledBack()).isEqualTo(1);
            assertThat(context.getBean(SessionsEndpoint.class).sessions())
                    .containsOnlyKeys("reactiveSessions", "ordersSessions");
        });
        assertHints(hints);
    }

    private static void assertHints(RuntimeHints hints) {
        for (Class<?> type :
                List.of(SessionsEndpoint.Overview.class, SessionsEndpoint.Active.class, DatabaseProperties.class)) {
            assertThat(RuntimeHintsPredicates.reflection().onType(type))
                    .as(type.getName())
                    .accepts(hints);
        }

        assertThat(RuntimeHintsPredicates.resource().forResource("org/reactivesessions/postgres/commit_marker.sql"))
                .accepts(hints);
    }
}
