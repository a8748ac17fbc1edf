package org.reactivesessions.spring.boot;

import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.spring.web.AnsweredErrors;
import org.reactivesessions.spring.web.SessionProblemHandler;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.reactive.HandlerResultHandler;
import org.springframework.web.server.WebFilter;

/**
 * Sessions in a WebFlux application: answers to their failures, and requests that are transactions.
 *
 * @since 0.1
 */
@AutoConfiguration(
        after = {OwnPoolAutoConfiguration.class, GivenDatabaseAutoConfiguration.class, InstancesAutoConfiguration.class
        },
        beforeName = "org.springframework.boot.webflux.autoconfigure.error.ErrorWebFluxAutoConfiguration",
        afterName = "org.springframework.boot.http.codec.autoconfigure.CodecsAutoConfiguration")
@ConditionalOnBooleanProperty(name = "reactive-sessions.enabled", matchIfMissing = true)
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

    /** Requests that are transactions. */
    @Configuration(proxyBeanMethods = false)
    @Conditional(HasPaths.class)
    static class Requests {

        @Bean
        @ConditionalOnMissingBean(name = "sessionsWebFilter")
        WebFilter sessionsWebFilter(SessionsWebProperties web, ObjectProvider<ReactiveSessions> sessions) {
            return WebTransactions.filter(web, sessions.getIfUnique());
        }

        @Bean
        @ConditionalOnMissingBean
        AnsweredErrors sessionsAnsweredErrors(ObjectProvider<HandlerResultHandler> handlers) {
            return new AnsweredErrors(handlers);
        }
    }

    /** Whether any are asked for. */
    static final class HasPaths implements Condition {

        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return Binder.get(context.getEnvironment())
                    .bind("reactive-sessions.web.paths", Bindable.listOf(String.class))
                    .map(paths -> !paths.isEmpty())
                    .orElse(false);
        }
    }
}
