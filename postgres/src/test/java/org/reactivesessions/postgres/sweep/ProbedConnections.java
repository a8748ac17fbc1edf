package org.reactivesessions.postgres.sweep;

import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.ValidationDepth;
import io.r2dbc.spi.Wrapped;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.postgres.sweep.Cell.Moment;
import org.reactivesessions.postgres.sweep.Cell.Step;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The driver's connections, with traps at the two places no frame shows: a connection has been opened but its borrower does
 * not have it yet, and a connection is being given back (the pool then asks whether it is still open). The giving back can
 * be held.
 */
final class ProbedConnections implements ConnectionFactory {

    private final ConnectionFactory driver;
    private final Trap trap;
    private final AtomicBoolean givingBack = new AtomicBoolean();
    private final Sinks.Empty<Boolean> held = Sinks.empty();
    private volatile boolean holdRelease;

    ProbedConnections(ConnectionFactory driver, Trap trap) {
        this.driver = driver;
        this.trap = trap;
    }

    /** The next question whether a connection is open is the pool's, about one that is given back. */
    void expectRelease() {
        givingBack.set(true);
    }

    /** Holds the giving back until {@link #letRelease}. */
    void holdRelease() {
        holdRelease = true;
    }

    void letRelease() {
        held.tryEmitEmpty();
    }

    @Override
    public Mono<Connection> create() {
        return Mono.fromDirect(driver.create()).map(connection -> {
            Connection probed = probe(connection);
            trap.reached(Step.ACQUIRE, Moment.AFTER);
            return probed;
        });
    }

    private Connection probe(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {PostgresqlConnection.class, Wrapped.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("validate") && givingBack.compareAndSet(true, false)) {
                        return validateAtRelease((PostgresqlConnection) connection);
                    }
                    return invoke(connection, method, arguments);
                });
    }

    private Mono<Boolean> validateAtRelease(PostgresqlConnection connection) {
        trap.reached(Step.RELEASE, Moment.BEFORE);
        Mono<Boolean> answer = connection.validate(ValidationDepth.LOCAL);
        if (!holdRelease) {
            return answer;
        }
        trap.reached(Step.RELEASE, Moment.DURING);
        return held.asMono().then(answer);
    }

    private static @Nullable Object invoke(Object target, Method method, Object @Nullable [] arguments)
            throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getTargetException();
        }
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return driver.getMetadata();
    }
}
