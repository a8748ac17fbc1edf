package org.reactivesessions.spring.boot;

import io.r2dbc.spi.ConnectionFactory;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.spring.SpringSessions;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * Sessions on the application's {@link ConnectionFactory}, wherever that comes from: {@code spring.r2dbc.*}, a service connection,
 * or a bean. Nothing about that factory changes.
 *
 * @since 0.1
 */
@AutoConfiguration(after = {R2dbcAutoConfiguration.class, OwnPoolAutoConfiguration.class})
@ConditionalOnBooleanProperty(name = "reactive-sessions.enabled", matchIfMissing = true)
@ConditionalOnSingleCandidate(ConnectionFactory.class)
@ConditionalOnMissingBean(ReactiveSessions.class)
@Import(SessionsConfiguration.class)
public final class GivenDatabaseAutoConfiguration {

    @Bean
    SpringSessions reactiveSessions(SessionsAssembly assembly, ConnectionFactory factory, DatabaseProperties database) {
        return assembly.given(factory, database);
    }
}
