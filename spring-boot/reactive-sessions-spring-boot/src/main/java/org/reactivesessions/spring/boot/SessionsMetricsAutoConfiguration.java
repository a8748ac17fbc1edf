package org.reactivesessions.spring.boot;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import org.reactivesessions.micrometer.SessionMetrics;
import org.reactivesessions.micrometer.SessionObservationConvention;
import org.reactivesessions.micrometer.SessionObservations;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Meters and observations of sessions, where Micrometer is and {@code reactive-sessions-micrometer} beside it.
 *
 * @since 0.1
 */
@AutoConfiguration(
        before = {OwnPoolAutoConfiguration.class, GivenDatabaseAutoConfiguration.class},
        afterName = {
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
            "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration"
        })
@ConditionalOnClass({MeterRegistry.class, SessionMetrics.class})
@ConditionalOnBooleanProperty(name = "reactive-sessions.enabled", matchIfMissing = true)
public final class SessionsMetricsAutoConfiguration {

    /** Where meters go. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnBean(MeterRegistry.class)
    static class Meters {

        @Bean
        MeteredSessions meteredSessions(ObjectProvider<MeterRegistry> registry) {
            return new MeteredSessions(registry);
        }
    }

    /** Where observations go. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnBean(ObservationRegistry.class)
    static class Observations {

        @Bean
        @ConditionalOnMissingBean
        SessionObservations sessionObservations(
                ObservationRegistry registry, ObjectProvider<SessionObservationConvention> convention) {
            SessionObservations.Builder builder =
                    SessionObservations.builder(registry).system("postgresql");
            convention.ifUnique(builder::convention);
            return builder.build();
        }
    }
}
