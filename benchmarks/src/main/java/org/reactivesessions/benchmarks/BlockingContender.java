package org.reactivesessions.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A contender whose transactions are blocking calls. Every caller makes them on a thread of his own. */
interface BlockingContender extends Contender, Transactions<Long> {

    /** Makes threads, one for each of so many callers; whoever asks ends them. */
    ExecutorService threads(int callers);

    @Override
    default long once(Workload workload, int id) {
        return workload.of(this, id);
    }

    @Override
    default void run(Workload workload, Load load) {
        ExecutorService threads = threads(load.callers());
        try {
            CountDownLatch ready = new CountDownLatch(load.callers());
            CountDownLatch begun = new CountDownLatch(1);
            List<Future<?>> callers = new ArrayList<>();
            for (int number = 0; number < load.callers(); number++) {
                Load.Caller caller = load.caller(number);
                callers.add(threads.submit(() -> {
                    ready.countDown();
                    begun.await();
                    goOn(workload, caller);
                    return null;
                }));
            }
            ready.await();
            load.begin();
            begun.countDown();
            for (Future<?> caller : callers) {
                caller.get(load.patience().toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted before the last caller had stopped", interrupted);
        } catch (ExecutionException failed) {
            throw new IllegalStateException("a transaction failed: " + failed.getCause(), failed.getCause());
        } catch (TimeoutException late) {
            throw new IllegalStateException("a caller has not stopped within " + load.patience(), late);
        } finally {
            threads.shutdownNow();
        }
    }

    private void goOn(Workload workload, Load.Caller caller) {
        do {
            workload.of(this, caller.account());
            caller.done();
        } while (caller.goesOn());
    }
}
