package org.reactivesessions.spring.boot;

import io.r2dbc.spi.ConnectionFactory;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.spring.SpringSessions;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.FactoryBean;

/** Makes the sessions of one instance, once. */
final class InstanceSessions implements FactoryBean<SpringSessions>, DisposableBean {

    private final String name;
    private final SessionsAssembly assembly;
    private final SessionsProperties properties;
    private @Nullable SpringSessions sessions;

    InstanceSessions(String name, SessionsAssembly assembly, SessionsProperties properties) {
        this.name = name;
        this.assembly = assembly;
        this.properties = properties;
    }

    /** Those of an instance. */
    static ConnectionFactory connectionFactory(SpringSessions sessions) {
        return sessions.connectionFactory();
    }

    @Override
    public synchronized SpringSessions getObject() {
        SpringSessions made = sessions;
        if (made == null) {
            DatabaseProperties database = properties.instances().get(name);
            if (database == null || !database.hasAddress()) {
                throw new InvalidSettingException(
                        "reactive-sessions.instances." + name + " has no address.",
                        "Set reactive-sessions.instances." + name + ".url, or leave the instance out.",
                        null);
            }
            made = assembly.ownPool(name, "reactive-sessions.instances." + name, database.settings());
            sessions = made;
        }
        return made;
    }

    @Override
    public Class<?> getObjectType() {
        return SpringSessions.class;
    }

    /** Mostly it is drained already. */
    @Override
    public synchronized void destroy() {
        if (sessions != null) {
            sessions.close().block();
        }
    }
}
