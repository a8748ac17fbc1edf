package org.reactivesessions.spring.boot.actuate;

import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.spring.boot.GivenDatabaseAutoConfiguration;
import org.reactivesessions.spring.boot.OwnPoolAutoConfiguration;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.CompositeReactiveHealthContributorConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.ReactiveHealthContributor;
import org.springframework.context.annotation.Bean;

/**
 * The health of every {@link ReactiveSessions}, as {@code sessions}.
 *
 * @since 0.1
 */
@AutoConfiguration(after = {OwnPoolAutoConfiguration.class, GivenDatabaseAutoConfiguration.class})
@ConditionalOnClass({ReactiveHealthContributor.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBean(ReactiveSessions.class)
@ConditionalOnEnabledHealthIndicator("sessions")
public final class SessionsHealthAutoConfiguration
        extends CompositeReactiveHealthContributorConfiguration<SessionsHealthIndicator, ReactiveSessions> {

    SessionsHealthAutoConfiguration() {
        super(SessionsHealthIndicator::new);
    }

    @Bean
    @ConditionalOnMissingBean(name = {"sessionsHealthIndicator", "sessionsHealthContributor"})
    ReactiveHealthContributor sessionsHealthContributor(ConfigurableListableBeanFactory beans) {
        return createContributor(beans, ReactiveSessions.class);
    }
}
