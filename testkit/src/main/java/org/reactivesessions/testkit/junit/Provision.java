package org.reactivesessions.testkit.junit;

import java.util.Objects;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.reactivesessions.testkit.server.EmbeddedCluster;
import org.reactivesessions.testkit.server.PostgresServer;
import org.reactivesessions.testkit.server.TestDatabase;

/**
 * What one test or class gets, made when it is first asked for, and kept by JUnit, which closes it: servers until the last test, clusters
 * until the end of their class, databases until the end of the class or the method.
 *
 * <p>Immutable and therefore thread-safe.
 *
 * @param context of who asks
 * @param declared what holds for him
 */
record Provision(ExtensionContext context, Declared declared) {

    private static final Namespace NAMESPACE = Namespace.create(PostgresTestExtension.class);

    /** A store answers for those around it as well, so what belongs to one context is kept under its name. */
    private record Kept(Object what, String context) {}

    /** What servers are told apart by. */
    private record Server(ServerKind kind, String image) {}

    static Provision of(ExtensionContext context) {
        return new Provision(context, Declared.of(context));
    }

    /** The database, and what was made for it. */
    DatabaseScope scope() {
        ExtensionContext keeper = keeper();
        makeWhole();
        Template template = Template.of(declared.settings(), declared.testClass());
        return once(
                keeper,
                new Kept(DatabaseScope.class, keeper.getUniqueId()),
                DatabaseScope.class,
                () -> scope(template));
    }

    private DatabaseScope scope(Template template) {
        if (declared.cluster() != null) {
            // It is not dropped: its server may be gone by then, and goes after the class anyway.
            return new DatabaseScope(templatedCluster().freshDatabase(template), () -> {});
        }
        TestDatabase database = templatedServer().freshDatabase(template);
        return new DatabaseScope(database, database);
    }

    /** What a parameter gets: what the database's clients are, or something in its place for this test. */
    Object parameter(Class<?> type) {
        Object shared = scope().get(type);
        return context.getTestMethod().isEmpty() ? shared : perTest().get(type, shared);
    }

    /** Closes what was made for this test, while what it was made of is still there. */
    void closePerTest() {
        perTest().close();
    }

    private PerTests perTest() {
        return once(
                context, new Kept(PerTests.class, context.getUniqueId()), PerTests.class, () -> new PerTests(context));
    }

    /** The server on which databases are made. */
    PostgresServer server() {
        return declared.cluster() == null
                ? templatedServer().server()
                : cluster().primary();
    }

    /**
     * The cluster.
     *
     * @throws ParameterResolutionException if no class has one
     */
    EmbeddedCluster cluster() {
        if (declared.cluster() == null) {
            throw new ParameterResolutionException("a parameter of type EmbeddedCluster needs a cluster, but "
                    + declared.testClass().getName() + " has none. Write @PostgresCluster on the class");
        }
        makeWhole();
        return templatedCluster().cluster();
    }

    /** Before its first use by a test, a cluster is as it should be, whatever the test before did to it. */
    void makeWhole() {
        if (declared.cluster() == null || context.getTestMethod().isEmpty()) {
            return;
        }
        once(context, new Kept(EmbeddedCluster.class, context.getUniqueId()), Boolean.class, () -> {
            templatedCluster().cluster().restart();
            return true;
        });
    }

    private ExtensionContext keeper() {
        if (declared.settings().databasePer() == DatabasePer.CLASS) {
            return declared.owner();
        }
        if (context.getTestMethod().isEmpty()) {
            throw new ParameterResolutionException("each test method of "
                    + declared.testClass().getName()
                    + " has a database of its own (databasePer = METHOD), but what asks for one here runs once for the class. Ask for"
                    + " it in @BeforeEach or in the test, or write @PostgresTest(databasePer = DatabasePer.CLASS)");
        }
        return context;
    }

    private TemplatedServer templatedServer() {
        PostgresTest settings = declared.settings();
        return once(
                context.getRoot(),
                new Server(settings.server(), settings.image()),
                TemplatedServer.class,
                () -> TemplatedServer.of(settings));
    }

    private TemplatedCluster templatedCluster() {
        PostgresCluster cluster = Objects.requireNonNull(declared.cluster());
        ExtensionContext keeper = Objects.requireNonNull(declared.clusterOwner());
        return once(
                keeper,
                new Kept(TemplatedCluster.class, keeper.getUniqueId()),
                TemplatedCluster.class,
                () -> new TemplatedCluster(cluster.replicas(), Rules.settings(declared, cluster)));
    }

    /** The store closes what is made. JUnit 6 deprecates this way into the store, but JUnit 5 has no other. */
    @SuppressWarnings("deprecation")
    private static <T> T once(ExtensionContext keeper, Object key, Class<T> type, Supplier<T> maker) {
        return Objects.requireNonNull(
                keeper.getStore(NAMESPACE).getOrComputeIfAbsent(key, missing -> maker.get(), type));
    }
}
