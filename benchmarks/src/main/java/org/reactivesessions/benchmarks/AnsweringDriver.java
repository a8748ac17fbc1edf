package org.reactivesessions.benchmarks;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.IsolationLevel;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A driver without a database, a network or a thread: everything it is asked to do is done at once, on the thread that asks.
 * It runs no statements. Thread-safe.
 */
final class AnsweringDriver implements ConnectionFactory {

    @Override
    public Mono<Connection> create() {
        return Mono.fromSupplier(() -> (Connection) Proxy.newProxyInstance(
                AnsweringDriver.class.getClassLoader(), new Class<?>[] {Connection.class}, new Answers()));
    }

    /** One connection. All it remembers is whether it is inside a transaction. */
    private static final class Answers implements InvocationHandler {

        private volatile boolean inTransaction;

        @Override
        public Object invoke(Object connection, Method method, Object @Nullable [] arguments) {
            return switch (method.getName()) {
                case "isAutoCommit" -> !inTransaction;
                case "getTransactionIsolationLevel" -> IsolationLevel.READ_COMMITTED;
                case "validate" -> Mono.just(true);
                case "beginTransaction" -> now(true);
                case "commitTransaction", "rollbackTransaction" -> now(false);
                case "close" -> Mono.empty();
                case "toString" -> "a connection that answers at once";
                case "hashCode" -> System.identityHashCode(connection);
                case "equals" -> arguments != null && connection == arguments[0];
                default ->
                    throw new UnsupportedOperationException(
                            method.getName() + ": this driver only begins and ends transactions");
            };
        }

        private Mono<Void> now(boolean inside) {
            return Mono.fromRunnable(() -> inTransaction = inside);
        }
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return () -> "answers at once";
    }
}
