package org.reactivesessions.postgres.tck;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.reactivestreams.tck.PublisherVerification;
import org.testng.IInvokedMethod;
import org.testng.IInvokedMethodListener;
import org.testng.ITestResult;
import org.testng.TestNG;

/** One verification, run by TestNG, and what became of its tests. */
final class TckRun implements IInvokedMethodListener {

    private final Map<String, ITestResult> results = new TreeMap<>();

    private TckRun() {}

    /** Runs all tests of a verification, one after another. */
    static TckRun of(Class<? extends PublisherVerification<?>> verification) {
        TckRun run = new TckRun();
        TestNG runner = new TestNG(false);
        runner.setVerbose(0);
        runner.setTestClasses(new Class<?>[] {verification});
        runner.addListener(run);
        runner.run();
        return run;
    }

    @Override
    public void beforeInvocation(IInvokedMethod method, ITestResult result) {}

    @Override
    public void afterInvocation(IInvokedMethod method, ITestResult result) {
        if (method.isTestMethod()) {
            results.put(method.getTestMethod().getMethodName(), result);
        }
    }

    /** The names of those that ended like this, {@link ITestResult#SUCCESS} or another one. */
    List<String> ended(int status) {
        return results.entrySet().stream()
                .filter(each -> each.getValue().getStatus() == status)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** What those that failed threw. */
    List<Throwable> failures() {
        return results.values().stream()
                .filter(each -> each.getStatus() == ITestResult.FAILURE)
                .map(ITestResult::getThrowable)
                .toList();
    }

    @Override
    public String toString() {
        return results.size() + " tests, " + ended(ITestResult.SUCCESS).size() + " passed, "
                + ended(ITestResult.SKIP).size() + " left out by the TCK: " + ended(ITestResult.SKIP);
    }
}
