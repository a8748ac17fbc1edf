package org.reactivesessions.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.spring.SpringSessions;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.testkit.server.TestServers;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.annotation.Transactional;
import reactor.core.publisher.Mono;

/** Several databases by name. */
@Tag("patient")
@ExtendWith(PostgresExtension.class)
class InstancesIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String NOWHERE = "=postgresql://user@localhost:1/db";

    private final TestDatabase database;

    InstancesIT(TestDatabase database) {
        this.database = database;
    }

    /** Finds its configurations by itself, as applications do. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    private final ApplicationContextRunner context =
            new ApplicationContextRunner().withUserConfiguration(Application.class);

    /** What works with two databases. */
    static class Service {

        private final DatabaseClient orders;
        private final DatabaseClient stock;

        Service(ConnectionFactory orders, ConnectionFactory stock) {
            this.orders = DatabaseClient.create(orders);
            this.stock = DatabaseClient.create(stock);
        }

        @Transactional("orders")
        public Mono<Void> both(boolean failing) {
            return orders.sql("INSERT INTO it VALUES (1)")
                    .then()
                    .then(stockToo())
                    .then(failing ? Mono.error(new IllegalStateException("mine")) : Mono.empty());
        }

        private Mono<Void> stockToo() {
            return stock.sql("INSERT INTO it VALUES (1)").then();
        }
    }

    /** The service, and nothing else. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class TwoDatabases {

        @Bean
        Service service(@Qualifier("orders") ConnectionFactory orders, @Qualifier("stock") ConnectionFactory stock) {
            return new Service(orders, stock);
        }
    }

    private static @Nullable Long count(ReactiveSessions sessions) {
        return sessions.withTransaction(
                        session -> session.sql("SELECT count(*) FROM it").one(row -> row.get(0, Long.class)))
                .block(PATIENCE);
    }

    @Test
    void eachMustHaveItsTransactions() {
        try (TestDatabase other = TestServers.current().freshDatabase()) {
            new ApplicationContextRunner()
                    .withUserConfiguration(TwoDatabases.class)
                    .withPropertyValues(
                            "reactive-sessions.instances.orders.url=" + database.url(),
                            "reactive-sessions.instances.stock.url=" + other.url())
                    .run(started -> {
                        assertThat(started).hasNotFailed();
                        SpringSessions orders = started.getBean("ordersSessions", SpringSessions.class);
                        SpringSessions stock = started.getBean("stockSessions", SpringSessions.class);
                        orders.withTransaction(session ->
                                        session.sql("CREATE TABLE it (id int)").execute())
                                .block(PATIENCE);
                        stock.withTransaction(session ->
                                        session.sql("CREATE TABLE it (id int)").execute())
                                .block(PATIENCE);
                        Service service = started.getBean(Service.class);
                        service.both(false).block(PATIENCE);
                        service.both(true).onErrorComplete().block(PATIENCE);
                        assertThat(count(orders)).isEqualTo(1);
                        assertThat(count(stock)).isEqualTo(2);
                    });
        }
    }

    @Test
    void besideADatabaseWithoutANameTheyMustBeFoundByTheirsOnly() {
        context.withPropertyValues("reactive-sessions.url" + NOWHERE)
                .withPropertyValues("reactive-sessions.instances.stock.url" + NOWHERE)
                .run(started -> {
                    assertThat(started).hasNotFailed();
                    assertThat(started.getBeansOfType(ReactiveSessions.class))
                            .containsOnlyKeys("reactiveSessions", "stockSessions");
                    assertThat(started.getBeanProvider(ReactiveSessions.class).getObject())
                            .isSameAs(started.getBean("reactiveSessions"));
                    assertThat(started.getBeanProvider(ConnectionFactory.class).getObject())
                            .isSameAs(started.getBean("connectionFactory"));
                });
        context.withPropertyValues("spring.r2dbc.url=r2dbc:postgresql://user@localhost:1/db")
                .withPropertyValues("reactive-sessions.instances.stock.url" + NOWHERE)
                .run(started -> assertThat(
                                started.getBeanProvider(ReactiveSessions.class).getObject())
                        .isSameAs(started.getBean("reactiveSessions")));
    }

    @Test
    void anInstanceWithoutAnAddressMustBeAnalyzed() {
        context.withPropertyValues("reactive-sessions.instances.stock.pool-size=3")
                .run(started -> assertThat(Analysis.of(started.getStartupFailure()))
                        .contains("reactive-sessions.instances.stock has no address")
                        .contains("Set reactive-sessions.instances.stock.url"));
    }

    @Test
    void whatIsWrongWithAnInstanceMustBeSaidWithItsName() {
        context.withPropertyValues("reactive-sessions.instances.stock.url" + NOWHERE)
                .withPropertyValues("reactive-sessions.instances.stock.pool-reset=sometimes")
                .run(started -> assertThat(Analysis.of(started.getStartupFailure()))
                        .contains("reactive-sessions.instances.stock: pool-reset must be"));
    }

    @Test
    void withoutTransactionsOfSpringsThereMustBeNoManagers() {
        context.withPropertyValues("reactive-sessions.instances.stock.url" + NOWHERE)
                .withPropertyValues("reactive-sessions.transactions.enabled=false")
                .run(started ->
                        assertThat(started).hasBean("stockSessions").doesNotHaveBean("stockTransactionManager"));
    }
}
