package org.reactivesessions.spring.boot;

import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.retry.RetryRegistry;
import org.reactivesessions.observation.SessionListener;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.ImportRuntimeHints;

/** What every way to sessions needs. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({SessionsProperties.class, DatabaseProperties.class})
@ImportRuntimeHints(SessionsRuntimeHints.class)
class SessionsConfiguration {

    @Bean
    SessionsAssembly reactiveSessionsAssembly(
            SessionsProperties properties,
            ObjectProvider<SessionListener> listeners,
            ObjectProvider<NamedListeners> namedListeners,
            ObjectProvider<CircuitBreakerRegistry> breakers,
            ObjectProvider<RetryRegistry> retries,
            ObjectProvider<PostgresSessionsCustomizer> ownPool,
            ObjectProvider<ReactiveSessionsBuilderCustomizer> given) {
        return new SessionsAssembly(
                properties,
                new SessionsAssembly.Neighbours(listeners, namedListeners, breakers, retries, ownPool, given));
    }

    @Bean
    SessionsDrain reactiveSessionsDrain(SessionsAssembly assembly) {
        return new SessionsDrain(assembly);
    }
}
