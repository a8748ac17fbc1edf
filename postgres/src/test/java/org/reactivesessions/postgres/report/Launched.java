package org.reactivesessions.postgres.report;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** A run of a class of tests inside a test, for tests of which some have to fail. Thread-safe. */
public final class Launched implements TestExecutionListener {

    private static final String PASSED = "passed";

    private final Map<String, String> results = new ConcurrentSkipListMap<>();

    private Launched() {}

    /**
     * Runs a class.
     *
     * @param tests the class
     * @return the results by the name of the test, or of the class if that has failed: {@code passed}, or the message of what it
     *     failed with
     */
    public static Map<String, String> results(Class<?> tests) {
        Launched launched = new Launched();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectClass(tests))
                                .build(),
                        launched);
        return Map.copyOf(launched.results);
    }

    /**
     * Tells whether a test has passed.
     *
     * @param result what {@link #results} said of it
     */
    public static boolean passed(String result) {
        return result.equals(PASSED);
    }

    @Override
    public void executionFinished(TestIdentifier identifier, TestExecutionResult result) {
        String name = identifier.getDisplayName().replaceFirst("\\(.*", "");
        if (result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
            results.put(name, result.getThrowable().map(Throwable::toString).orElse("aborted"));
        } else if (identifier.isTest()) {
            results.put(name, PASSED);
        }
    }
}
