package org.reactivesessions.postgres;

import io.r2dbc.spi.test.TestKit;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * Counts what becomes of the tests of the R2DBC TestKit in a class that implements it, and prints it. It fails the class if
 * a test of the kit could be left out unseen, or if the numbers are not the stated ones. Thread-safe.
 */
final class TestKitTally implements BeforeAllCallback, AfterAllCallback, TestWatcher {

    /** Marks a test of the kit that cannot hold and is replaced by what holds instead. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.METHOD)
    @interface Otherwise {

        /** Why, in a few words. */
        String value();
    }

    /** How many the kit has in the version that is used here. */
    static final int TESTS = 34;

    private final int tests;
    private final int otherwise;
    private final AtomicInteger passedAsTheyAre = new AtomicInteger();
    private final Map<String, String> passedOtherwise = new TreeMap<>();

    /**
     * Creates a tally.
     *
     * @param tests how many tests the kit has
     * @param otherwise how many of them have another expectation
     */
    TestKitTally(int tests, int otherwise) {
        this.tests = tests;
        this.otherwise = otherwise;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        require(context.getRequiredTestClass());
    }

    /** Fails unless every test of the kit will run in the class, and as many of them otherwise as was stated. */
    void require(Class<?> kit) {
        long found = ofTheKit().count();
        if (found != tests) {
            throw new AssertionError("The TestKit has " + found + " tests, not " + tests);
        }
        int changed = otherwiseIn(kit).size();
        if (changed != otherwise) {
            throw new AssertionError(changed + " tests of the kit have another expectation, not " + otherwise);
        }
    }

    private static Stream<Method> ofTheKit() {
        return Arrays.stream(TestKit.class.getMethods()).filter(method -> method.isAnnotationPresent(Test.class));
    }

    /** The tests of the kit that a class replaces. */
    static Set<String> otherwiseIn(Class<?> kit) {
        return ofTheKit()
                .map(test -> chosenBy(kit, test))
                .filter(chosen -> reasonOf(chosen) != null)
                .map(Method::getName)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The method that JUnit finds in place of a test of the kit. */
    private static Method chosenBy(Class<?> kit, Method test) {
        try {
            Method chosen = kit.getMethod(test.getName(), test.getParameterTypes());
            if (!chosen.isAnnotationPresent(Test.class) || chosen.isAnnotationPresent(Disabled.class)) {
                throw new AssertionError(chosen + " does not run");
            }
            if (chosen.getDeclaringClass() != TestKit.class && reasonOf(chosen) == null) {
                throw new AssertionError(chosen + " replaces a test of the kit without a reason");
            }
            return chosen;
        } catch (NoSuchMethodException missing) {
            throw new AssertionError(kit + " is no TestKit", missing);
        }
    }

    private static @Nullable String reasonOf(Method chosen) {
        Otherwise mark = chosen.getAnnotation(Otherwise.class);
        return mark == null ? null : mark.value();
    }

    @Override
    public void testSuccessful(ExtensionContext context) {
        Method passed = context.getRequiredTestMethod();
        String reason = reasonOf(passed);
        if (reason != null) {
            synchronized (passedOtherwise) {
                passedOtherwise.put(passed.getName(), reason);
            }
        } else if (passed.getDeclaringClass() == TestKit.class) {
            passedAsTheyAre.incrementAndGet();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        System.out.println(this);
    }

    @Override
    public String toString() {
        synchronized (passedOtherwise) {
            return "R2DBC TestKit: " + passedAsTheyAre + " of " + tests + " as they are, " + passedOtherwise.size()
                    + " with another expectation: " + passedOtherwise;
        }
    }
}
