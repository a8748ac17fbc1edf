package org.reactivesessions.postgres.cancelrun;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetector.Level;
import io.netty.util.ResourceLeakDetectorFactory;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.reactivesessions.testkit.leak.Garbage;

/** Counts the leak records of Netty, all of them: the detector has to be at level paranoid. Thread-safe. */
public final class LeakWatch extends ResourceLeakDetectorFactory {

    private static final int SAMPLES = 3;

    private final AtomicLong records = new AtomicLong();
    private final List<String> samples = new CopyOnWriteArrayList<>();

    private LeakWatch() {}

    /**
     * Installs a watch, which must happen before the first buffer of this JVM, and plants a leak to see that it works.
     *
     * @throws IllegalStateException if it does not see the leak
     */
    public static LeakWatch install() {
        if (ResourceLeakDetector.getLevel() != Level.PARANOID) {
            throw new IllegalStateException(
                    "leaks are counted only with -Dio.netty.leakDetection.level=paranoid, but it was "
                            + ResourceLeakDetector.getLevel());
        }
        LeakWatch watch = new LeakWatch();
        ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(watch);
        plantLeak();
        if (watch.collect() != 1) {
            throw new IllegalStateException("a planted leak was not seen");
        }
        watch.reset();
        return watch;
    }

    private static void plantLeak() {
        int capacity = ByteBufAllocator.DEFAULT.buffer(16).writeInt(1).capacity();
        if (capacity < Integer.BYTES) {
            throw new IllegalStateException("a buffer of 16 bytes has " + capacity);
        }
    }

    /** Lets all garbage be found, and returns how many records there are. */
    public long collect() {
        return Garbage.collect(records::get);
    }

    void reset() {
        records.set(0);
        samples.clear();
    }

    /** The first records, with the places where the buffers were used. */
    public List<String> samples() {
        return List.copyOf(samples);
    }

    @Override
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(Class<T> resource, int samplingInterval) {
        return new Detector<>(resource, samplingInterval);
    }

    @Override
    @Deprecated
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(
            Class<T> resource, int samplingInterval, long maxActive) {
        return new Detector<>(resource, samplingInterval);
    }

    private final class Detector<T> extends ResourceLeakDetector<T> {

        Detector(Class<?> resource, int samplingInterval) {
            super(resource, samplingInterval);
        }

        @Override
        protected boolean needReport() {
            return true;
        }

        @Override
        protected void reportTracedLeak(String resourceType, String where) {
            report(resourceType + where);
        }

        @Override
        protected void reportUntracedLeak(String resourceType) {
            report(resourceType);
        }

        private void report(String text) {
            records.incrementAndGet();
            if (samples.size() < SAMPLES) {
                samples.add(text);
            }
        }
    }
}
