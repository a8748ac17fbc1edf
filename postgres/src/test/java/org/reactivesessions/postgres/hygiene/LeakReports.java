package org.reactivesessions.postgres.hygiene;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Collects what Netty's leak detector reports. Thread-safe. */
public final class LeakReports extends ResourceLeakDetectorFactory {

    private final List<String> found = new CopyOnWriteArrayList<>();

    /** Returns the reports since the last {@link #clear}. */
    public List<String> found() {
        return List.copyOf(found);
    }

    /** Forgets all reports. */
    public void clear() {
        found.clear();
    }

    @Override
    @SuppressWarnings("deprecation") // the only abstract method; Netty calls the other one
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(
            Class<T> resource, int samplingInterval, long maxActive) {
        return newResourceLeakDetector(resource, samplingInterval);
    }

    @Override
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(Class<T> resource, int samplingInterval) {
        return new ResourceLeakDetector<>(resource, samplingInterval) {

            @Override
            protected boolean needReport() {
                return true;
            }

            @Override
            protected void reportTracedLeak(String resourceType, String records) {
                found.add(resourceType + records);
            }

            @Override
            protected void reportUntracedLeak(String resourceType) {
                found.add(resourceType);
            }
        };
    }
}
