package org.reactivesessions.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import org.junit.jupiter.api.Test;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.spring.SessionsTransactionInterceptor;
import org.reactivesessions.spring.SessionsTransactionManager;
import org.reactivesessions.spring.SessionsTransactionalOperator;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.annotation.AnnotationTransactionAttributeSource;
import org.springframework.transaction.interceptor.TransactionInterceptor;
import org.springframework.transaction.reactive.TransactionalOperator;

/** Who runs Spring's transactions. No server is needed: nothing connects before it is used. */
class SessionsTransactionAutoConfigurationTest {

    private final ApplicationContextRunner context = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    OwnPoolAutoConfiguration.class,
                    GivenDatabaseAutoConfiguration.class,
                    SessionsTransactionAutoConfiguration.class,
                    R2dbcAutoConfiguration.class,
                    R2dbcTransactionManagerAutoConfiguration.class,
                    TransactionAutoConfiguration.class));

    private final ApplicationContextRunner given =
            context.withPropertyValues("spring.r2dbc.url=r2dbc:postgresql://user@localhost:1/db");

    private static ConnectionFactory nowhere() {
        return ConnectionFactories.get("r2dbc:postgresql://user@localhost:1/other");
    }

    @Test
    void theyMustRunOnSessionsWhereverTheDatabaseIsFrom() {
        given.run(started -> {
            assertThat(started).hasSingleBean(ReactiveTransactionManager.class);
            assertThat(started).hasSingleBean(SessionsTransactionManager.class);
            assertThat(started).getBean(TransactionalOperator.class).isInstanceOf(SessionsTransactionalOperator.class);
            assertThat(started)
                    .getBean(TransactionInterceptor.class)
                    .isInstanceOf(SessionsTransactionInterceptor.class);
        });
        context.withPropertyValues("reactive-sessions.url=postgresql://user@localhost:1/db")
                .run(started -> assertThat(started)
                        .hasSingleBean(SessionsTransactionManager.class)
                        .hasSingleBean(SessionsTransactionInterceptor.class));
    }

    @Test
    void theyMustStaySpringsIfThatIsSaid() {
        given.withPropertyValues("reactive-sessions.transactions.enabled=false").run(started -> {
            assertThat(started).hasSingleBean(ReactiveSessions.class).hasSingleBean(R2dbcTransactionManager.class);
            assertThat(started)
                    .getBean(TransactionInterceptor.class)
                    .isNotInstanceOf(SessionsTransactionInterceptor.class);
        });
    }

    @Test
    void aManagerOfTheApplicationMustBeTheOnlyOne() {
        given.withBean("mine", R2dbcTransactionManager.class, () -> new R2dbcTransactionManager(nowhere()))
                .run(started -> {
                    assertThat(started)
                            .hasSingleBean(ReactiveTransactionManager.class)
                            .hasBean("mine");
                    assertThat(started).doesNotHaveBean(SessionsTransactionInterceptor.class);
                    assertThat(started)
                            .getBean(TransactionalOperator.class)
                            .isNotInstanceOf(SessionsTransactionalOperator.class);
                });
    }

    @Test
    void anOperatorOfTheApplicationMustBeTheOnlyOne() {
        given.withBean(
                        "mine",
                        TransactionalOperator.class,
                        () -> TransactionalOperator.create(new R2dbcTransactionManager(nowhere())))
                .run(started -> assertThat(started)
                        .getBean(TransactionalOperator.class)
                        .isNotInstanceOf(SessionsTransactionalOperator.class));
    }

    @Test
    void anInterceptorOfTheApplicationMustStay() {
        given.withBean("transactionInterceptor", TransactionInterceptor.class, () -> {
                    TransactionInterceptor own = new TransactionInterceptor();
                    own.setTransactionAttributeSource(new AnnotationTransactionAttributeSource());
                    return own;
                })
                .withAllowBeanDefinitionOverriding(true)
                .run(started -> assertThat(started)
                        .hasSingleBean(TransactionInterceptor.class)
                        .doesNotHaveBean(SessionsTransactionInterceptor.class));
    }

    /** Which database its transactions would be of, nobody knows. */
    @Test
    void sessionsOfTheApplicationThatSpringDoesNotKnowMustNotRunThem() {
        given.withBean(
                        ReactiveSessions.class,
                        () -> ReactiveSessions.builder(nowhere()).build())
                .run(started -> assertThat(started)
                        .hasSingleBean(ConnectionFactory.class)
                        .hasSingleBean(R2dbcTransactionManager.class));
    }
}
