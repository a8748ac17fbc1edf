package org.reactivesessions.spring.boot;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What is said of the sessions, beside {@link DatabaseProperties}. Immutable.
 *
 * @param enabled Whether there are sessions at all
 * @param transactions How Spring's transactions are run
 * @param verifyOnStart Whether the application waits for the database before it starts
 * @param closeGrace Time that is left to what runs when the application shuts down
 * @param instances Further databases by name, each a pool and sessions of its own
 * @since 0.1
 */
@ConfigurationProperties("reactive-sessions")
public record SessionsProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue Transactions transactions,
        @DefaultValue VerifyOnStart verifyOnStart,
        @Nullable Duration closeGrace,
        @DefaultValue Map<String, DatabaseProperties> instances) {

    /**
     * Spring's transactions. Immutable.
     *
     * @param enabled Whether @Transactional and TransactionalOperator run on sessions
     */
    public record Transactions(@DefaultValue("true") boolean enabled) {}

    /**
     * The look at the database before the application starts. Immutable.
     *
     * @param attempts Number of times the database is asked; 0 for not at all
     * @param delay Time between two of them
     */
    public record VerifyOnStart(
            @DefaultValue("0") int attempts,
            @DefaultValue("1s") Duration delay) {}
}
