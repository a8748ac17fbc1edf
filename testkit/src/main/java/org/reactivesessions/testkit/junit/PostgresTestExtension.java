package org.reactivesessions.testkit.junit;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.reactivesessions.testkit.server.EmbeddedCluster;
import org.reactivesessions.testkit.server.PostgresServer;
import org.reactivesessions.testkit.server.TestDatabase;

/**
 * What is behind {@link PostgresTest} and {@link PostgresCluster}. {@link Provision} keeps what it hands out.
 *
 * <p>Stateless and therefore thread-safe.
 */
final class PostgresTestExtension
        implements ExecutionCondition, BeforeAllCallback, BeforeEachCallback, AfterEachCallback, ParameterResolver {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (Declared.of(context).settings().server() == ServerKind.CONTAINER && !Containers.arePossible()) {
            return ConditionEvaluationResult.disabled(
                    "server = ServerKind.CONTAINER needs Docker, and Testcontainers finds none");
        }
        return ConditionEvaluationResult.enabled("its server can be had");
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        Rules.check(Declared.of(context));
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        Provision.of(context).makeWhole();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Provision.of(context).closePerTest();
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
                || type == EmbeddedCluster.class
                || parameter.isAnnotated(DatabaseUrl.class)
                || DatabaseScope.supports(type);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        Provision provision = Provision.of(context);
        if (type == PostgresServer.class) {
            return provision.server();
        }
        if (type == EmbeddedCluster.class) {
            return provision.cluster();
        }
        if (parameter.isAnnotated(DatabaseUrl.class)) {
            return url(type, provision);
        }
        return type == TestDatabase.class ? provision.scope().database() : provision.parameter(type);
    }

    private static String url(Class<?> type, Provision provision) {
        if (type != String.class) {
            throw new ParameterResolutionException("@DatabaseUrl is on a parameter of type " + type.getName()
                    + ", but the URL is a String. Write @DatabaseUrl String, or take the annotation away");
        }
        return provision.scope().database().r2dbcUrl();
    }
}
