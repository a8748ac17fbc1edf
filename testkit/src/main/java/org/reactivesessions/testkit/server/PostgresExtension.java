package org.reactivesessions.testkit.server;

import java.util.Objects;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * The JUnit extension that hands a {@link PostgresServer} and a {@link TestDatabase} to constructors, test methods and
 * life-cycle methods that have such a parameter.
 *
 * <p>The server is {@link TestServers#current()}. The database is fresh per test class; nested classes share the one of
 * the class around them. It is dropped, together with its sessions, when that class is done. Thread-safe.
 *
 * @since 0.1.0
 */
public final class PostgresExtension implements ParameterResolver {

    private static final Namespace NAMESPACE = Namespace.create(PostgresExtension.class);

    /** An extension without settings; JUnit makes it. */
    public PostgresExtension() {}

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == TestDatabase.class || type == PostgresServer.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        if (parameter.getParameter().getType() == PostgresServer.class) {
            return TestServers.current();
        }
        return database(outermostClass(context));
    }

    /** The store closes the database. JUnit 6 deprecates this way into the store, but JUnit 5 has no other. */
    @SuppressWarnings("deprecation")
    private static TestDatabase database(ExtensionContext testClass) {
        return Objects.requireNonNull(testClass
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(
                        TestDatabase.class, key -> TestServers.current().freshDatabase(), TestDatabase.class));
    }

    private static ExtensionContext outermostClass(ExtensionContext context) {
        ExtensionContext outermost = context;
        ExtensionContext parent = context.getParent().orElse(null);
        while (parent != null && parent.getTestClass().isPresent()) {
            outermost = parent;
            parent = parent.getParent().orElse(null);
        }
        return outermost;
    }
}
