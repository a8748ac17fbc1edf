package org.reactivesessions.spring.boot;

import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.retry.RetryRegistry;
import io.r2dbc.spi.ConnectionFactory;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.ReactiveSessionsBuilder;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.dialect.StandardDialect;
import org.reactivesessions.observation.SessionListener;
import org.reactivesessions.postgres.PostgresDialect;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.resilience.ResilienceOptions;
import org.reactivesessions.spring.SpringSessions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;

/**
 * Makes sessions of properties and of what else the application has: listeners, registries, customizers. Keeps what it has made,
 * so that all of it can be drained. Thread-safe.
 */
final class SessionsAssembly {

    private static final Logger log = LoggerFactory.getLogger("org.reactivesessions.spring");

    private final SessionsProperties properties;
    private final Neighbours neighbours;
    private final List<ReactiveSessions> made = new CopyOnWriteArrayList<>();

    /** What the application may have. */
    record Neighbours(
            ObjectProvider<SessionListener> listeners,
            ObjectProvider<NamedListeners> namedListeners,
            ObjectProvider<CircuitBreakerRegistry> breakers,
            ObjectProvider<RetryRegistry> retries,
            ObjectProvider<PostgresSessionsCustomizer> ownPool,
            ObjectProvider<ReactiveSessionsBuilderCustomizer> given) {}

    SessionsAssembly(SessionsProperties properties, Neighbours neighbours) {
        this.properties = properties;
        this.neighbours = neighbours;
    }

    /**
     * Makes sessions on a pool of their own.
     *
     * @param name {@code sessions}, or what the instance is called
     * @param prefix of the properties, for messages
     * @param settings by the names they have everywhere
     */
    SpringSessions ownPool(String name, String prefix, Map<String, String> settings) {
        PostgresSessions.Builder builder;
        ReactiveSessions sessions;
        try {
            builder = PostgresSessions.fromProperties(settings);
            if (properties.closeGrace() != null) {
                builder.closeGrace(properties.closeGrace());
            }
            builder.listener(listener(name)).resilience(resilience(name));
            neighbours.ownPool.orderedStream().forEach(customizer -> customizer.customize(builder));
            sessions = builder.build();
        } catch (IllegalArgumentException refused) {
            throw new InvalidSettingException(
                    prefix + ": " + refused.getMessage(),
                    "Correct what is set below \"" + prefix + "\" in the application's properties.",
                    refused);
        }
        return SpringSessions.of(begun(name, sessions), new PostgresDialect());
    }

    /** Makes sessions on the application's connection factory. */
    SpringSessions given(ConnectionFactory factory, DatabaseProperties database) {
        GivenDatabase given = GivenDatabase.of(factory);
        ReactiveSessions sessions;
        try {
            ReactiveSessionsBuilder builder = ReactiveSessions.builder(given.driver())
                    .dialect(dialect(given.driver()))
                    .pool(given.pool(database))
                    .listener(listener(DEFAULT))
                    .resilience(resilience(DEFAULT));
            if (properties.closeGrace() != null) {
                builder.closeGrace(properties.closeGrace());
            }
            neighbours.given.orderedStream().forEach(customizer -> customizer.customize(builder));
            sessions = builder.build();
        } catch (InvalidSettingException refused) {
            throw refused;
        } catch (IllegalArgumentException refused) {
            throw new InvalidSettingException(
                    "reactive-sessions: " + refused.getMessage(),
                    "Correct what is set below \"reactive-sessions\" in the application's properties.",
                    refused);
        }
        log.info(
                "Sessions run on at most {} connections of their own, opened by the application's ConnectionFactory ({}), which keeps"
                        + " its own for what runs outside of them. A pool that is set by reactive-sessions.url would also pipeline"
                        + " BEGIN, refuse writes outside transactions that lost theirs, and overlap COMMIT.",
                sessions.poolStatus().maxSize(),
                given.driver().getMetadata().getName());
        return SpringSessions.of(begun(DEFAULT, sessions), factory, dialect(given.driver()));
    }

    static final String DEFAULT = "sessions";

    private static Dialect dialect(ConnectionFactory driver) {
        return driver.getMetadata().getName().equals("PostgreSQL") ? new PostgresDialect() : new StandardDialect();
    }

    private SessionListener listener(String name) {
        List<SessionListener> listeners = neighbours.listeners.orderedStream().toList();
        List<SessionListener> named = neighbours
                .namedListeners
                .orderedStream()
                .map(each -> each.listener(name))
                .toList();
        return SessionListener.all(List.of(SessionListener.all(named), SessionListener.all(listeners)));
    }

    /** In the registries of the application, so that its settings, metrics and endpoints know them. */
    private ResilienceOptions resilience(String name) {
        ResilienceOptions options = ResilienceOptions.defaults();
        if (!name.equals(DEFAULT)) {
            options = options.named(name);
        }
        CircuitBreakerRegistry breakers = neighbours.breakers.getIfUnique();
        if (breakers != null) {
            options = options.circuitBreakers(breakers);
        }
        RetryRegistry retries = neighbours.retries.getIfUnique();
        return retries == null ? options : options.retries(retries);
    }

    private ReactiveSessions begun(String name, ReactiveSessions sessions) {
        SessionsProperties.VerifyOnStart verify = properties.verifyOnStart();
        try {
            if (verify.attempts() != 0) {
                verified(sessions, verify);
            }
        } catch (RuntimeException | Error failed) {
            sessions.close().block(); // nobody else knows of them
            throw failed;
        }
        neighbours.namedListeners.orderedStream().forEach(each -> each.bind(name, sessions));
        made.add(sessions);
        return sessions;
    }

    /** On the thread that makes the beans, because those that come next may need the database: a migration, for one. */
    private static void verified(ReactiveSessions sessions, SessionsProperties.VerifyOnStart verify) {
        try {
            sessions.verify(verify.attempts(), verify.delay()).block();
        } catch (IllegalArgumentException refused) {
            throw new InvalidSettingException(
                    "reactive-sessions.verify-on-start: " + refused.getMessage(),
                    "Correct it in the application's properties; attempts = 0 asks nothing.",
                    refused);
        }
    }

    /** Everything that was made, in order. */
    List<ReactiveSessions> made() {
        return List.copyOf(made);
    }
}
