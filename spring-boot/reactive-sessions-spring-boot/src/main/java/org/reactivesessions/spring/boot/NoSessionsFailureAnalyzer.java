package org.reactivesessions.spring.boot;

import org.jspecify.annotations.Nullable;
import org.reactivesessions.ReactiveSessions;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Says why there are no sessions, where somebody asks for them. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class NoSessionsFailureAnalyzer extends AbstractFailureAnalyzer<NoSuchBeanDefinitionException> {

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, NoSuchBeanDefinitionException cause) {
        if (cause instanceof NoUniqueBeanDefinitionException || cause.getBeanType() != ReactiveSessions.class) {
            return null;
        }
        return new FailureAnalysis(
                "A bean needs ReactiveSessions, but there are none: no database is configured, there are several"
                        + " ConnectionFactory beans and none is primary, or reactive-sessions.enabled is false.",
                "Set reactive-sessions.url, or spring.r2dbc.url; of several ConnectionFactory beans mark one @Primary. Sessions"
                        + " under reactive-sessions.instances.<name> are asked for with @Qualifier(\"<name>\").",
                cause);
    }
}
