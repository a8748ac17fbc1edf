package org.reactivesessions.orders.live;

import io.r2dbc.pool.ConnectionPool;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.orders.database.DatabaseInitializer;
import org.reactivesessions.orders.ledger.CountedLedger;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Who is looked at. */
@Configuration(proxyBeanMethods = false)
class EngineConfiguration {

    @Bean
    @ConditionalOnProperty(
            name = DatabaseInitializer.TRANSACTIONS,
            havingValue = DatabaseInitializer.SESSIONS,
            matchIfMissing = true)
    Engine sessionsEngine(ReactiveSessions sessions) {
        return new SessionsEngine(sessions);
    }

    @Bean
    @ConditionalOnProperty(name = DatabaseInitializer.TRANSACTIONS, havingValue = DatabaseInitializer.PLAIN)
    Engine plainEngine(CountedLedger ledger, ConnectionPool pool) {
        return new PlainEngine(ledger, pool);
    }
}
