package org.reactivesessions.orders.ledger;

import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.orders.OrdersProperties;
import org.reactivesessions.orders.database.DatabaseInitializer;
import org.reactivesessions.postgres.CommitMarkerSchema;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.transaction.support.DefaultTransactionDefinition;

/** One of the two ledgers. */
@Configuration(proxyBeanMethods = false)
class LedgerConfiguration {

    /** On sessions. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty(
            name = DatabaseInitializer.TRANSACTIONS,
            havingValue = DatabaseInitializer.SESSIONS,
            matchIfMissing = true)
    static class OnSessions {

        /** Makes the tables for lost COMMITs first, on the thread that starts the application. */
        @Bean
        Ledger ledger(ReactiveSessions sessions, OrderFeed feed, OrdersProperties properties) {
            if (properties.verified()) {
                CommitMarkerSchema.install(sessions).block();
            }
            return new SessionsLedger(sessions, feed, properties.verified());
        }
    }

    /** On Spring's own transactions. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty(name = DatabaseInitializer.TRANSACTIONS, havingValue = DatabaseInitializer.PLAIN)
    static class OnSpring {

        private static final int SECONDS = 5;

        @Bean
        CountedLedger ledger(DatabaseClient client, ReactiveTransactionManager manager, OrderFeed feed) {
            return new CountedLedger(new PlainLedger(client, operator(manager, false), operator(manager, true), feed));
        }

        private static TransactionalOperator operator(ReactiveTransactionManager manager, boolean readOnly) {
            DefaultTransactionDefinition definition = new DefaultTransactionDefinition();
            definition.setReadOnly(readOnly);
            definition.setTimeout(SECONDS);
            return TransactionalOperator.create(manager, definition);
        }
    }
}
