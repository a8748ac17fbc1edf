package org.reactivesessions.testkit.leak;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Collects what Netty's leak detector reports, which otherwise goes to the log. Netty sees a leak when the buffer was collected as
 * garbage, and looks at every buffer only with {@code -Dio.netty.leakDetection.level=paranoid}. Thread-safe.
 *
 * @since 0.1.0
 */
public final class BufferLeaks extends ResourceLeakDetectorFactory {

    private static final class Installed {

        static final BufferLeaks LEAKS = install();

        private static BufferLeaks install() {
            BufferLeaks leaks = new BufferLeaks();
            ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(leaks);
            return leaks;
        }
    }

    private final List<String> found = new CopyOnWriteArrayList<>();

    /** Collects nothing before it is Netty's detector factory. */
    public BufferLeaks() {}

    /**
     * The reports of this JVM. The first call makes this class Netty's detector factory, for good; buffers of allocators that were
     * used before are not seen.
     *
     * @return the same instance for everybody
     */
    public static BufferLeaks installed() {
        return Installed.LEAKS;
    }

    /**
     * Tells what was found.
     *
     * @return the reports since the last {@link #clear}, each with its records of who touched the buffer
     */
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
