package org.reactivesessions.spring.boot;

import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcConnectionDetails;

/**
 * The database that a service connection leads to: a container of a test, a service of Docker Compose, or whoever else says where the
 * database is at the moment. It comes before any address in properties. Immutable; {@code toString} shows no password.
 */
final class ServiceAddress {

    private static final Logger log = LoggerFactory.getLogger("org.reactivesessions.spring");

    private final ConnectionFactoryOptions options;

    private ServiceAddress(ConnectionFactoryOptions options) {
        this.options = options;
    }

    /** Finds it; {@code spring.r2dbc.*} is none, and neither is a database that is not PostgreSQL. */
    static @Nullable ServiceAddress in(ListableBeanFactory beans) {
        List<R2dbcConnectionDetails> all = beans.getBeanProvider(R2dbcConnectionDetails.class).stream()
                .filter(details -> details.getClass().getEnclosingClass() != R2dbcAutoConfiguration.class)
                .toList();
        if (all.size() != 1) {
            return null;
        }
        ConnectionFactoryOptions options = all.get(0).getConnectionFactoryOptions();
        return "postgresql".equals(options.getValue(ConnectionFactoryOptions.DRIVER))
                ? new ServiceAddress(options)
                : null;
    }

    /** Puts it in the place of the address that is set. */
    Map<String, String> over(Map<String, String> set) {
        Map<String, String> settings = new LinkedHashMap<>(set);
        settings.keySet().removeAll(List.of("url", "host", "target", "port", "database", "username", "password"));
        put(settings, "host", ConnectionFactoryOptions.HOST);
        put(settings, "port", ConnectionFactoryOptions.PORT);
        put(settings, "database", ConnectionFactoryOptions.DATABASE);
        put(settings, "username", ConnectionFactoryOptions.USER);
        put(settings, "password", ConnectionFactoryOptions.PASSWORD);
        log.info("Sessions go to {}, where a service connection leads, and not to the address in properties", this);
        return settings;
    }

    private void put(Map<String, String> settings, String name, Option<?> option) {
        Object value = options.getValue(option);
        if (value != null) {
            settings.put(name, value.toString());
        }
    }

    @Override
    public String toString() {
        return options.getValue(ConnectionFactoryOptions.HOST) + ":"
                + options.getValue(ConnectionFactoryOptions.PORT) + "/"
                + options.getValue(ConnectionFactoryOptions.DATABASE);
    }
}
