package org.reactivesessions.testkit.leak;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * The JUnit extension behind {@link CheckLeaks}: a {@link LeakCheck} for each test. Thread-safe.
 *
 * @since 0.1.0
 */
public final class LeakCheckExtension
        implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback, ParameterResolver {

    private static final Namespace NAMESPACE = Namespace.create(LeakCheckExtension.class);

    /** An extension without settings; JUnit makes it. */
    public LeakCheckExtension() {}

    @Override
    public void beforeAll(ExtensionContext context) {
        if (looksForBuffers(context)) {
            BufferLeaks.installed().clear();
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        check(context);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        check(context).check();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (!looksForBuffers(context)) {
            return;
        }
        BufferLeaks leaks = BufferLeaks.installed();
        Garbage.collect(() -> leaks.found().size());
        List<String> found = leaks.found();
        leaks.clear();
        if (!found.isEmpty()) {
            throw new AssertionError(context.getDisplayName() + " leaked " + found.size() + " buffer(s): " + found);
        }
    }

    /** Nested classes are looked at with the class around them. */
    private static boolean looksForBuffers(ExtensionContext context) {
        return AnnotationSupport.findAnnotation(context.getTestClass(), CheckLeaks.class)
                .map(CheckLeaks::buffers)
                .orElse(false);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == LeakCheck.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        if (context.getTestMethod().isEmpty()) {
            throw new ParameterResolutionException("a LeakCheck belongs to one test, but "
                    + parameter.getDeclaringExecutable()
                    + " runs for the class or makes its instance. Take it as a parameter"
                    + " of @BeforeEach or of the test");
        }
        return check(context);
    }

    /** JUnit 6 deprecates this way into the store, but JUnit 5 has no other. */
    @SuppressWarnings("deprecation")
    private static LeakCheck check(ExtensionContext context) {
        return Objects.requireNonNull(context.getStore(NAMESPACE)
                .getOrComputeIfAbsent(LeakCheck.class, key -> LeakCheck.create(), LeakCheck.class));
    }
}
