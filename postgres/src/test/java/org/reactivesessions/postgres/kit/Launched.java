package org.reactivesessions.postgres.kit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** A run of a sample, and what became of it. Thread-safe. */
final class Launched implements TestExecutionListener {

    private final List<String> passed = new CopyOnWriteArrayList<>();
    private final List<String> failures = new CopyOnWriteArrayList<>();

    private Launched() {}

    static Launched of(Class<?> sample) {
        return of(sample, Map.of());
    }

    static Launched of(Class<?> sample, Map<String, String> parameters) {
        Launched launched = new Launched();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectClass(sample))
                                .configurationParameters(new LinkedHashMap<>(parameters))
                                .build(),
                        launched);
        return launched;
    }

    /** The tests that passed. */
    List<String> passed() {
        return passed;
    }

    /** What tests and classes that failed said. */
    List<String> failures() {
        return failures;
    }

    /** What the only one that failed said. */
    String onlyFailure() {
        if (failures.size() != 1) {
            throw new AssertionError("one failure was expected, but there were " + failures.size() + ": " + failures);
        }
        return failures.get(0);
    }

    @Override
    public void executionFinished(TestIdentifier identifier, TestExecutionResult result) {
        if (result.getStatus() != Status.SUCCESSFUL) {
            failures.add(result.getThrowable().map(Launched::text).orElse(identifier.getDisplayName()));
        } else if (identifier.isTest()) {
            passed.add(identifier.getDisplayName().replaceFirst("\\(.*", ""));
        }
    }

    private static String text(Throwable thrown) {
        StringBuilder text = new StringBuilder(String.valueOf(thrown.getMessage()));
        for (Throwable suppressed : thrown.getSuppressed()) {
            text.append("; ").append(suppressed.getMessage());
        }
        return text.toString();
    }
}
