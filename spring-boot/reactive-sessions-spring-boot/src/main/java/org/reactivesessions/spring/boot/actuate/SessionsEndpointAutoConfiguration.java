package org.reactivesessions.spring.boot.actuate;

import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.spring.boot.GivenDatabaseAutoConfiguration;
import org.reactivesessions.spring.boot.OwnPoolAutoConfiguration;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * {@code /actuator/sessions}, where it is exposed.
 *
 * @since 0.1
 */
@AutoConfiguration(after = {OwnPoolAutoConfiguration.class, GivenDatabaseAutoConfiguration.class})
@ConditionalOnClass({Endpoint.class, ConditionalOnAvailableEndpoint.class})
@ConditionalOnAvailableEndpoint(SessionsEndpoint.class)
@ConditionalOnBean(ReactiveSessions.class)
public final class SessionsEndpointAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    SessionsEndpoint sessionsEndpoint(ListableBeanFactory beans) {
        return new SessionsEndpoint(beans.getBeansOfType(ReactiveSessions.class));
    }
}
