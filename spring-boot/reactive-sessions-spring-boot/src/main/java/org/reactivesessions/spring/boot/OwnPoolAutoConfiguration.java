package org.reactivesessions.spring.boot;

import io.r2dbc.spi.ConnectionFactory;
import java.util.Map;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.spring.SpringSessions;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Import;

/**
 * Sessions on a pool of their own, with everything that needs one, where {@code reactive-sessions.*} has an address, or at the
 * one a service connection leads to instead; and a {@link ConnectionFactory} of theirs for {@code DatabaseClient}, Spring Data and
 * whatever else asks for one.
 *
 * @since 0.1
 */
@AutoConfiguration(before = R2dbcAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "reactive-sessions.enabled", matchIfMissing = true)
@Conditional(OwnPoolAutoConfiguration.HasAddress.class)
@Import(SessionsConfiguration.class)
public final class OwnPoolAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean(ReactiveSessions.class)
    SpringSessions reactiveSessions(SessionsAssembly assembly, DatabaseProperties database, ListableBeanFactory beans) {
        ServiceAddress service = ServiceAddress.in(beans);
        Map<String, String> settings = database.settings();
        return assembly.ownPool(
                SessionsAssembly.DEFAULT, "reactive-sessions", service == null ? settings : service.over(settings));
    }

    @Bean
    @ConditionalOnMissingBean
    ConnectionFactory connectionFactory(ReactiveSessions sessions) {
        return sessions.connectionFactory();
    }

    /** Any part of one. */
    static final class HasAddress extends AnyNestedCondition {

        HasAddress() {
            super(ConfigurationPhase.PARSE_CONFIGURATION);
        }

        @ConditionalOnProperty("reactive-sessions.url")
        static final class Url {}

        @ConditionalOnProperty("reactive-sessions.host")
        static final class Host {}

        @ConditionalOnProperty("reactive-sessions.database")
        static final class Database {}
    }
}
