package org.reactivesessions.spring.boot;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.micrometer.SessionMetrics;
import org.reactivesessions.observation.SessionListener;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;

/** The meters of each of the sessions, under its name, for as long as the application runs. Thread-safe. */
final class MeteredSessions implements NamedListeners, DisposableBean {

    private final ObjectProvider<MeterRegistry> registry;
    private final Map<String, SessionMetrics> metrics = new ConcurrentHashMap<>();

    /** @param registry asked late, because many beans come before it is made */
    MeteredSessions(ObjectProvider<MeterRegistry> registry) {
        this.registry = registry;
    }

    @Override
    public SessionListener listener(String name) {
        return metrics.computeIfAbsent(
                name,
                each -> SessionMetrics.builder(registry.getObject()).pool(each).build());
    }

    @Override
    public void bind(String name, ReactiveSessions sessions) {
        Objects.requireNonNull(metrics.get(name)).bind(sessions);
    }

    @Override
    public void destroy() {
        metrics.values().forEach(SessionMetrics::close);
    }
}
