package org.reactivesessions.testkit.rollback;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;

/**
 * Connections that share the one transaction of a test on PostgreSQL, which is rolled back at its end.
 *
 * <pre>{@code
 * RollbackConnections connections = RollbackConnections.begin(driver, RollbackOptions.defaults()).block();
 * … // the code under test works with connections, and begins and commits as it likes
 * connections.end().block();
 * }</pre>
 *
 * <p>Each connection acts as one of its own: {@code beginTransaction} sets a savepoint, {@code commitTransaction} checks deferred
 * constraints and releases it, {@code rollbackTransaction} goes back to it, {@code close} gives the connection back to the test. A
 * statement outside a transaction has a savepoint of its own, so that the test goes on when it fails. What one connection has
 * committed, all others see.
 *
 * <p><b>One after the other:</b> a transaction, or a statement outside one until its results are read, has the connection for itself;
 * other connections wait for it, in the order in which they came and as long as {@link RollbackOptions#patience} says. Then they hear
 * an {@link IllegalStateException} that names the one they waited for, whose stack is its cause.
 *
 * <p><b>What cannot be had:</b> two transactions at the same time; what PostgreSQL refuses in a transaction; a stronger isolation level
 * than that of the test. Transaction control in SQL text is refused. {@code now()} stands still. Sequences are not rolled back, by
 * PostgreSQL's design: what a test draws from one is gone.
 *
 * <p><b>Ownership:</b> whoever begins ends. <b>Threads:</b> thread-safe.
 *
 * @since 0.1.0
 */
public final class RollbackConnections implements ConnectionFactory {

    private final ConnectionFactory driver;
    private final SharedTransaction shared;
    private final RollbackOptions options;
    private final int backend;
    private final AtomicInteger created = new AtomicInteger();
    private final Mono<Void> end;

    private RollbackConnections(ConnectionFactory driver, Connection connection, int backend, RollbackOptions options) {
        this.driver = driver;
        this.shared = new SharedTransaction(connection, options);
        this.options = options;
        this.backend = backend;
        this.end = shared.end()
                .timeout(options.endWithin(), Mono.defer(this::terminate))
                .cache();
    }

    /**
     * Opens a connection and begins the transaction.
     *
     * @param driver hands out the connection, of PostgreSQL; not a pool
     * @param options how the transaction is
     * @return a cold mono
     */
    public static Mono<RollbackConnections> begin(ConnectionFactory driver, RollbackOptions options) {
        Objects.requireNonNull(options, "options must not be null; use RollbackOptions.defaults()");
        return Mono.from(driver.create())
                .flatMap(connection -> Mono.from(connection.beginTransaction(new OuterDefinition(options.isolation())))
                        .then(SharedTransaction.number(connection, "SELECT pg_backend_pid()"))
                        .map(backend -> new RollbackConnections(driver, connection, backend, options))
                        .flatMap(connections -> connections.shared.open().thenReturn(connections))
                        .onErrorResume(error -> Mono.from(connection.close()).then(Mono.error(error))));
    }

    /**
     * Hands out a connection of the test.
     *
     * @return a cold mono; it signals {@link IllegalStateException} when the test is over
     */
    @Override
    public Mono<Connection> create() {
        Throwable stack = new CreatedHere();
        return Mono.fromSupplier(() -> {
            shared.requireOpen();
            return new SharedConnection(shared, created.incrementAndGet(), stack);
        });
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return driver.getMetadata();
    }

    /**
     * Ends the test: what is open is undone, deferred constraints are checked, everything is rolled back, and the connection is closed.
     * If the server does not get there in time, because a statement still runs, it is told to end the session.
     *
     * @return a mono that ends the test when it is first subscribed, and goes on whoever cancels; it signals {@link AssertionError} if a
     *     deferred constraint is violated, or if the transaction was ended behind its back
     */
    public Mono<Void> end() {
        return end;
    }

    private Mono<Void> terminate() {
        return Mono.usingWhen(
                        driver.create(),
                        connection -> SharedTransaction.number(
                                connection,
                                "SELECT pg_terminate_backend(" + backend + ", "
                                        + options.endWithin().toMillis() + ")::int"),
                        Connection::close)
                .then(Mono.from(shared.connection().close()).onErrorComplete());
    }

    /** The place where a connection was created. */
    private static final class CreatedHere extends Throwable {
        private static final long serialVersionUID = 1L;

        CreatedHere() {
            super("created here");
        }
    }
}
