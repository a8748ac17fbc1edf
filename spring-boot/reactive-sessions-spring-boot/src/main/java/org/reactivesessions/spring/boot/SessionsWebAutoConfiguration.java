package org.reactivesessions.spring.boot;

import org.reactivesessions.spring.web.SessionProblemHandler;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.web.reactive.DispatcherHandler;

/**
 * Sessions in a WebFlux application: answers to their failures.
 *
 * @since 0.1
 */
@AutoConfiguration(
        beforeName = "org.springframework.boot.webflux.autoconfigure.error.ErrorWebFluxAutoConfiguration",
        afterName = "org.springframework.boot.http.codec.autoconfigure.CodecsAutoConfiguration")
@ConditionalOnClass(DispatcherHandler.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@EnableConfigurationProperties(SessionsWebProperties.class)
public final class SessionsWebAutoConfiguration {

    /** Before Spring Boot's, which answers everything: it has the same order, and is registered later. */
    @Bean
    @ConditionalOnBooleanProperty(name = "reactive-sessions.web.problem-details", matchIfMissing = true)
    @ConditionalOnMissingBean
    SessionProblemHandler sessionProblemHandler(ServerCodecConfigurer codecs) {
        return new SessionProblemHandler(codecs.getWriters());
    }
}
