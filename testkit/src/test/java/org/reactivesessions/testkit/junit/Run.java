package org.reactivesessions.testkit.junit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/**
 * A run of test classes in an engine of its own, and what became of them.
 *
 * @param results what the engine told
 */
record Run(EngineExecutionResults results) {

    static Run of(Class<?>... samples) {
        return of(Map.of(), samples);
    }

    static Run of(Map<String, String> parameters, Class<?>... samples) {
        return new Run(EngineTestKit.engine("junit-jupiter")
                .selectors(Arrays.stream(samples)
                        .map(sample -> (DiscoverySelector) selectClass(sample))
                        .toArray(DiscoverySelector[]::new))
                .configurationParameters(parameters)
                .execute());
    }

    /** How many tests passed. */
    long passed() {
        return results.testEvents().succeeded().count();
    }

    /** Messages of what failed, classes included, each with those of its causes and of what was suppressed. */
    List<String> failures() {
        return results.allEvents().failed().stream().map(Run::messages).toList();
    }

    /** Why classes and tests were skipped. */
    List<String> skipped() {
        return results.allEvents().skipped().stream()
                .map(event -> event.getRequiredPayload(String.class))
                .toList();
    }

    private static String messages(Event event) {
        Throwable thrown = event.getRequiredPayload(TestExecutionResult.class)
                .getThrowable()
                .orElseThrow();
        return String.join(
                " <- ",
                Stream.iterate(thrown, cause -> cause != null, Throwable::getCause)
                        .map(Throwable::getMessage)
                        .toList());
    }
}
