package org.reactivesessions.testkit.contract;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.reporting.ReportEntry;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** A run of an implementor of the contract, and what became of it. */
final class Launched implements TestExecutionListener {

    private final List<String> passed = new CopyOnWriteArrayList<>();
    private final List<String> failed = new CopyOnWriteArrayList<>();
    private final List<String> reported = new CopyOnWriteArrayList<>();

    private Launched() {}

    static Launched of(DiscoverySelector... selectors) {
        Launched launched = new Launched();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(Arrays.asList(selectors))
                                .build(),
                        launched);
        return launched;
    }

    /** The cases that passed. */
    List<String> passed() {
        return passed;
    }

    /** The cases that failed, and the message if it was the class. */
    List<String> failed() {
        return failed;
    }

    /** What cases said beside their result. */
    List<String> reported() {
        return reported;
    }

    @Override
    public void executionFinished(TestIdentifier identifier, TestExecutionResult result) {
        String name = identifier.getDisplayName().replaceFirst("\\(.*", "");
        if (result.getStatus() == TestExecutionResult.Status.SUCCESSFUL) {
            if (identifier.isTest()) {
                passed.add(name);
            }
        } else {
            failed.add(
                    identifier.isTest()
                            ? name
                            : result.getThrowable().map(Throwable::getMessage).orElse(name));
        }
    }

    @Override
    public void reportingEntryPublished(TestIdentifier identifier, ReportEntry entry) {
        entry.getKeyValuePairs().forEach((key, value) -> reported.add(key + " " + value));
    }
}
