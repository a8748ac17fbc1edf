package org.reactivesessions.testkit.junit;

import java.util.Objects;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.reactivesessions.testkit.server.EmbeddedServer;
import org.reactivesessions.testkit.server.PostgresServer;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.testkit.server.TestServers;

/**
 * What is behind {@link PostgresTest}: servers are kept in the root store, databases in the store of the class or the method.
 *
 * <p>Stateless and therefore thread-safe.
 */
final class PostgresTestExtension implements BeforeAllCallback, ParameterResolver {

    static final Namespace NAMESPACE = Namespace.create(PostgresTestExtension.class);

    /** A store answers for those around it as well, so what belongs to one context is kept under its name. */
    private record Kept(String context) {}

    @Override
    public void beforeAll(ExtensionContext context) {
        Declared declared = Declared.of(context);
        Template.of(declared.settings(), declared.owner().getRequiredTestClass());
    }

    /** A constructor belongs to the test it makes an instance for. */
    @Override
    public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext root) {
        return ExtensionContextScope.TEST_METHOD;
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == TestDatabase.class
                || type == PostgresServer.class
                || parameter.isAnnotated(DatabaseUrl.class)
                || DatabaseScope.supports(type);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        if (type == PostgresServer.class) {
            return server(Declared.of(context)).server();
        }
        if (parameter.isAnnotated(DatabaseUrl.class)) {
            return url(type, context);
        }
        return type == TestDatabase.class
                ? scope(context).database()
                : scope(context).get(type);
    }

    private static String url(Class<?> type, ExtensionContext context) {
        if (type != String.class) {
            throw new ParameterResolutionException("@DatabaseUrl is on a parameter of type " + type.getName()
                    + ", but the URL is a String. Write @DatabaseUrl String");
        }
        return scope(context).database().r2dbcUrl();
    }

    /** The database of a test, made by the first call. */
    static DatabaseScope scope(ExtensionContext context) {
        Declared declared = Declared.of(context);
        ExtensionContext keeper = keeper(declared, context);
        return once(
                keeper,
                new Kept(keeper.getUniqueId()),
                DatabaseScope.class,
                () -> new DatabaseScope(server(declared)
                        .freshDatabase(Template.of(
                                declared.settings(), declared.owner().getRequiredTestClass()))));
    }

    private static ExtensionContext keeper(Declared declared, ExtensionContext context) {
        if (declared.settings().databasePer() == DatabasePer.CLASS) {
            return declared.owner();
        }
        if (context.getTestMethod().isEmpty()) {
            throw new ParameterResolutionException("each test method of "
                    + declared.owner().getRequiredTestClass().getName()
                    + " has a database of its own (databasePer = METHOD), but what asks for one here runs once for the class. Ask for"
                    + " it in @BeforeEach or the test, or write @PostgresTest(databasePer = DatabasePer.CLASS)");
        }
        return context;
    }

    private static TemplatedServer server(Declared declared) {
        ServerKind kind = declared.settings().server();
        return once(declared.owner().getRoot(), kind, TemplatedServer.class, () -> new TemplatedServer(started(kind)));
    }

    private static PostgresServer started(ServerKind kind) {
        return switch (kind) {
            case CURRENT -> TestServers.current();
            case EMBEDDED -> EmbeddedServer.shared();
            case EXTERNAL -> TestServers.external();
        };
    }

    /** The store closes what is made. JUnit 6 deprecates this way into the store, but JUnit 5 has no other. */
    @SuppressWarnings("deprecation")
    private static <T> T once(ExtensionContext keeper, Object key, Class<T> type, Supplier<T> maker) {
        Store store = keeper.getStore(NAMESPACE);
        return Objects.requireNonNull(store.getOrComputeIfAbsent(key, missing -> maker.get(), type));
    }
}
