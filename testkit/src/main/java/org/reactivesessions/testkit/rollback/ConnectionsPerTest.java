package org.reactivesessions.testkit.rollback;

import io.r2dbc.spi.ConnectionFactory;
import java.util.Objects;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.reactivesessions.testkit.junit.DatabaseParameter.Opened;
import org.reactivesessions.testkit.junit.PerTest;

/**
 * {@link RollbackConnections} for the tests of a class with {@link RollbackAfterEach}. Stateless.
 *
 * @since 0.1.0
 */
public final class ConnectionsPerTest implements PerTest {

    /** Made by {@link java.util.ServiceLoader}. */
    public ConnectionsPerTest() {}

    @Override
    public boolean supports(Class<?> type, ExtensionContext test) {
        return type.getName().equals("io.r2dbc.spi.ConnectionFactory") && Rollbacks.optionsOf(test) != null;
    }

    @Override
    public Opened open(Object shared, ExtensionContext test) {
        RollbackConnections connections = Objects.requireNonNull(Rollbacks.await(RollbackConnections.begin(
                (ConnectionFactory) shared, Objects.requireNonNull(Rollbacks.optionsOf(test)))));
        return new Opened(connections, () -> Rollbacks.await(connections.end()));
    }
}
