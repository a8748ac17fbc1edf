package org.reactivesessions.testkit.junit;

import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import org.reactivesessions.testkit.server.TestDatabase;

/**
 * The driver's own connection factory as a parameter. A connection that the test leaves open is ended when its database is dropped.
 *
 * <p>Stateless and therefore thread-safe.
 *
 * @since 0.1
 */
public final class ConnectionFactoryParameter implements DatabaseParameter {

    /** Made by {@link java.util.ServiceLoader}. */
    public ConnectionFactoryParameter() {}

    @Override
    public boolean supports(Class<?> type) {
        return type.getName().equals("io.r2dbc.spi.ConnectionFactory");
    }

    @Override
    public Opened open(Class<?> type, TestDatabase database) {
        ConnectionFactory factory = ConnectionFactories.find(ConnectionFactoryOptions.parse(database.r2dbcUrl()));
        if (factory == null) {
            throw new IllegalStateException(
                    "a parameter of type ConnectionFactory needs an R2DBC driver for PostgreSQL on the class"
                            + " path, but there is none. Add org.postgresql:r2dbc-postgresql to the tests' dependencies");
        }
        return new Opened(factory, () -> {});
    }
}
