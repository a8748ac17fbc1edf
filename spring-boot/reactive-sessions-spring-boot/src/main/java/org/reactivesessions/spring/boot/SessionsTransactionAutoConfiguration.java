package org.reactivesessions.spring.boot;

import org.reactivesessions.spring.SessionsTransactionAdvice;
import org.reactivesessions.spring.SessionsTransactionManager;
import org.reactivesessions.spring.SessionsTransactionalOperator;
import org.reactivesessions.spring.SpringSessions;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcTransactionManagerAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.reactive.TransactionalOperator;

/**
 * Spring's transactions on sessions: {@code @Transactional} methods and the {@link TransactionalOperator}, where the application has no
 * transaction manager for reactive code of its own.
 *
 * @since 0.1
 */
@AutoConfiguration(
        after = {OwnPoolAutoConfiguration.class, GivenDatabaseAutoConfiguration.class},
        before = {R2dbcTransactionManagerAutoConfiguration.class, TransactionAutoConfiguration.class})
@ConditionalOnBooleanProperty(name = "reactive-sessions.transactions.enabled", matchIfMissing = true)
@ConditionalOnSingleCandidate(SpringSessions.class)
@ConditionalOnMissingBean(ReactiveTransactionManager.class)
public final class SessionsTransactionAutoConfiguration {

    @Bean
    static SessionsTransactionAdvice sessionsTransactionAdvice() {
        return new SessionsTransactionAdvice();
    }

    @Bean
    SessionsTransactionManager sessionsTransactionManager(SpringSessions sessions) {
        return new SessionsTransactionManager(sessions);
    }

    @Bean
    @ConditionalOnMissingBean
    TransactionalOperator transactionalOperator(SpringSessions sessions) {
        return SessionsTransactionalOperator.of(sessions);
    }
}
