package org.reactivesessions.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;

/**
 * Callers who each make a call as soon as their last one has ended, and wait for it on a thread of their own. So every call
 * pays for the way from a foreign thread to an event loop, which one that is made on the loop does not.
 *
 * @param callers how many there are
 */
record BlockingCallers(int callers) {

    /**
     * Makes calls and fails if one fails.
     *
     * @param samples how many calls all of them make together; a multiple of their number
     * @param call makes one and returns its time in nanoseconds
     */
    Latencies run(int samples, LongSupplier call) throws InterruptedException, ExecutionException {
        Callable<long[]> caller =
                () -> LongStream.generate(call).limit(samples / callers).toArray();
        ExecutorService threads = Executors.newFixedThreadPool(callers);
        try {
            List<long[]> times = new ArrayList<>();
            for (Future<long[]> done : threads.invokeAll(Collections.nCopies(callers, caller))) {
                times.add(done.get());
            }
            return new Latencies(times.stream().flatMapToLong(LongStream::of).toArray());
        } finally {
            threads.shutdown();
        }
    }
}
