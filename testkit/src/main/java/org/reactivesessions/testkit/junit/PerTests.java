package org.reactivesessions.testkit.junit;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What one test has in the place of what its class shares.
 *
 * <p>Thread-safe: making and closing hold the monitor.
 */
final class PerTests implements AutoCloseable {

    private static final List<PerTest> PROVIDERS =
            ServiceLoader.load(PerTest.class, PerTest.class.getClassLoader()).stream()
                    .map(ServiceLoader.Provider::get)
                    .collect(Collectors.toUnmodifiableList());

    private final ExtensionContext test;
    private final Map<Class<?>, Object> made = new HashMap<>();
    private final Deque<AutoCloseable> ends = new ArrayDeque<>();

    PerTests(ExtensionContext test) {
        this.test = test;
    }

    /** Something for the test, or what is shared if nobody has anything. */
    synchronized Object get(Class<?> type, Object shared) {
        return made.computeIfAbsent(type, missing -> make(type, shared));
    }

    private Object make(Class<?> type, Object shared) {
        for (PerTest provider : PROVIDERS) {
            if (provider.supports(type, test)) {
                DatabaseParameter.Opened opened = provider.open(shared, test);
                ends.push(opened.end());
                return opened.value();
            }
        }
        return shared;
    }

    /**
     * Closes everything, whatever fails on the way; a second call does nothing.
     *
     * @throws AssertionError if one of them found the test wrong
     * @throws IllegalStateException if something could not be closed
     */
    @Override
    public synchronized void close() {
        Throwable failure = null;
        while (!ends.isEmpty()) {
            try {
                ends.pop().close();
            } catch (Exception | AssertionError failed) {
                if (failure == null) {
                    failure = failed;
                } else {
                    failure.addSuppressed(failed);
                }
            }
        }
        if (failure instanceof AssertionError found) {
            throw found;
        }
        if (failure != null) {
            throw new IllegalStateException(
                    "what a test had for itself was not closed: " + failure.getMessage(), failure);
        }
    }
}
