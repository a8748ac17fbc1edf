package org.reactivesessions.testkit.contract;

import java.lang.reflect.Method;
import java.sql.SQLException;
import java.util.Objects;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/** Hands a stage to every case, lets those run that are applicable, and counts. Stateless. */
final class ContractExtension
        implements BeforeAllCallback, AfterAllCallback, AfterEachCallback, ParameterResolver, InvocationInterceptor {

    private static final Namespace NAMESPACE = Namespace.create(ContractExtension.class);

    @Override
    public void beforeAll(ExtensionContext context) {
        Tally tally = new Tally(implementor(context));
        tally.requireAsStated(implementor(context));
        store(context).put(Tally.class, tally);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        Tally tally = store(context).get(Tally.class, Tally.class);
        if (tally != null) {
            System.out.println(tally);
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Stage.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        try {
            Stage stage = Stage.open(implementor(context));
            store(context).put(Stage.class, stage);
            return stage;
        } catch (SQLException failed) {
            throw new ParameterResolutionException("the database of the contract cannot be prepared", failed);
        }
    }

    @Override
    public void interceptTestMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> invoked, ExtensionContext context)
            throws Throwable {
        Tally tally = Objects.requireNonNull(store(context).get(Tally.class, Tally.class));
        Capability missing = tally.missingFor(invoked.getExecutable());
        if (missing != null) {
            context.publishReportEntry("not applicable", missing.name());
            invocation.skip();
            return;
        }
        tally.ran();
        invocation.proceed();
    }

    @Override
    public void afterEach(ExtensionContext context) throws SQLException {
        Stage stage = store(context).remove(Stage.class, Stage.class);
        if (stage != null) {
            stage.close();
        }
    }

    private static SessionsContract implementor(ExtensionContext context) {
        return (SessionsContract) context.getRequiredTestInstance();
    }

    private static Store store(ExtensionContext context) {
        return context.getStore(NAMESPACE);
    }
}
