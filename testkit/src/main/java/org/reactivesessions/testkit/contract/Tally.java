package org.reactivesessions.testkit.contract;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The count of the cases for one driver: what there is, what ran, and what is not applicable and why. Thread-safe. */
final class Tally {

    private final String driver;
    private final Set<Capability> capabilities;
    private final List<Method> cases;
    private final AtomicInteger ran = new AtomicInteger();

    Tally(SessionsContract implementor) {
        this.driver = implementor.driver();
        this.capabilities = Set.copyOf(implementor.capabilities());
        this.cases = Arrays.stream(SessionsContract.class.getMethods())
                .filter(method -> method.isAnnotationPresent(Test.class))
                .sorted(Comparator.comparing(Method::getName))
                .toList();
    }

    /**
     * Fails unless the implementor knows what it leaves out.
     *
     * @throws AssertionError if a case is overridden, or another number of cases is not applicable than was stated
     */
    void requireAsStated(SessionsContract implementor) {
        for (Method method : cases) {
            if (!isInherited(implementor.getClass(), method)) {
                throw new AssertionError(
                        "contract " + driver + ": a case must not be overridden, but was: " + method.getName());
            }
        }
        int actual = notApplicable().values().stream().mapToInt(List::size).sum();
        if (actual != implementor.notApplicable()) {
            throw new AssertionError("contract " + driver + ": " + implementor.notApplicable()
                    + " cases are stated to be not applicable, but there are " + actual + ": " + reasons()
                    + ". Correct capabilities(), or state the new number in notApplicable().");
        }
    }

    private static boolean isInherited(Class<?> implementor, Method method) {
        try {
            return implementor
                    .getMethod(method.getName(), method.getParameterTypes())
                    .equals(method);
        } catch (NoSuchMethodException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** What a case needs and the driver lacks; null if the case is to run. */
    @Nullable
    Capability missingFor(Method method) {
        Requires requires = method.getAnnotation(Requires.class);
        return requires == null || capabilities.contains(requires.value()) ? null : requires.value();
    }

    void ran() {
        ran.incrementAndGet();
    }

    private Map<Capability, List<String>> notApplicable() {
        return cases.stream()
                .filter(method -> missingFor(method) != null)
                .collect(Collectors.groupingBy(
                        method -> method.getAnnotation(Requires.class).value(),
                        TreeMap::new,
                        Collectors.mapping(Method::getName, Collectors.toList())));
    }

    private String reasons() {
        return notApplicable().entrySet().stream()
                .map(missing -> missing.getKey() + ": " + String.join(", ", missing.getValue()))
                .collect(Collectors.joining("; "));
    }

    @Override
    public String toString() {
        String reasons = reasons();
        int inapplicable =
                notApplicable().values().stream().mapToInt(List::size).sum();
        return "contract " + driver + ": " + cases.size() + " cases, " + ran + " ran, " + inapplicable
                + " not applicable" + (reasons.isEmpty() ? "" : " (" + reasons + ")");
    }
}
