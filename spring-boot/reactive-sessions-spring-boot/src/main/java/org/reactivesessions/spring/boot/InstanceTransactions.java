package org.reactivesessions.spring.boot;

import org.reactivesessions.spring.SessionsTransactionAdvice;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.annotation.EnableTransactionManagement;

/** What {@code @Transactional("<name>")} needs, also where no database of the application's is without a name. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty(name = "reactive-sessions.transactions.enabled", matchIfMissing = true)
@EnableTransactionManagement(proxyTargetClass = true)
class InstanceTransactions {

    @Bean
    static SessionsTransactionAdvice instancesTransactionAdvice() {
        return new SessionsTransactionAdvice();
    }
}
