package org.reactivesessions.tck;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.tck.PublisherVerification;
import org.testng.ITestContext;
import org.testng.ITestListener;
import org.testng.ITestResult;
import org.testng.TestNG;

/** One verification, run by TestNG, and what became of its tests. */
final class TckRun implements ITestListener {

    /**
     * How a test ended.
     *
     * @param status passed, failed or left out
     * @param why what it threw
     */
    record Result(Status status, @Nullable Throwable why) {}

    enum Status {
        PASSED,
        FAILED,
        LEFT_OUT
    }

    private final Map<String, Result> results = new TreeMap<>();

    private TckRun() {}

    /** Runs all tests of a verification, one after another, and returns their results by name. */
    static Map<String, Result> of(Class<? extends PublisherVerification<?>> verification) {
        TckRun run = new TckRun();
        TestNG runner = new TestNG(false);
        runner.setVerbose(0);
        runner.setTestClasses(new Class<?>[] {verification});
        runner.addListener(run);
        runner.run();
        return run.results;
    }

    private void add(ITestResult result, Status status) {
        results.put(result.getName(), new Result(status, result.getThrowable()));
    }

    @Override
    public void onTestSuccess(ITestResult result) {
        add(result, Status.PASSED);
    }

    @Override
    public void onTestFailure(ITestResult result) {
        add(result, Status.FAILED);
    }

    @Override
    public void onTestSkipped(ITestResult result) {
        add(result, Status.LEFT_OUT);
    }

    @Override
    public void onTestStart(ITestResult result) {}

    @Override
    public void onTestFailedButWithinSuccessPercentage(ITestResult result) {
        add(result, Status.FAILED);
    }

    @Override
    public void onStart(ITestContext context) {}

    @Override
    public void onFinish(ITestContext context) {}
}
