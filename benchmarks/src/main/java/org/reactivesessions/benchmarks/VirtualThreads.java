package org.reactivesessions.benchmarks;

import java.lang.reflect.Method;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Virtual threads, if this JDK has them; the benchmarks are compiled for one that has none. */
final class VirtualThreads {

    private static final Optional<Method> MAKER = maker();

    private VirtualThreads() {}

    private static Optional<Method> maker() {
        try {
            return Optional.of(Executors.class.getMethod("newVirtualThreadPerTaskExecutor"));
        } catch (NoSuchMethodException older) {
            return Optional.empty();
        }
    }

    /** Why there are none; empty if there are. */
    static Optional<String> missing() {
        return MAKER.isPresent()
                ? Optional.empty()
                : Optional.of("virtual threads need JDK 21 or later, but this is "
                        + Runtime.version().feature());
    }

    /** An executor with a new virtual thread for every task, to be ended by the caller. */
    static ExecutorService executor() {
        try {
            return (ExecutorService) MAKER.orElseThrow(
                            () -> new UnsupportedOperationException(missing().orElse("")))
                    .invoke(null);
        } catch (ReflectiveOperationException refused) {
            throw new IllegalStateException("this JDK has virtual threads and gives none", refused);
        }
    }
}
