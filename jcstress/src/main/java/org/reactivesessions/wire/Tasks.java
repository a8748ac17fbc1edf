package org.reactivesessions.wire;

import org.openjdk.jcstress.infra.results.III_Result;

/** Tasks of two threads, which share plain fields: whoever runs two of them at a time, or loses one, spoils the figures. */
final class Tasks {

    private static final int EACH = 2;

    private final WireExecutor executor;
    private final int[] next = new int[2];
    private boolean inside;
    private int ran;
    private int together;
    private int overtaken;

    Tasks(WireExecutor executor) {
        this.executor = executor;
    }

    /** Submits the tasks of one of the threads. */
    void submit(int thread) {
        for (int i = 0; i < EACH; i++) {
            int number = i;
            executor.execute(() -> run(thread, number));
        }
    }

    private void run(int thread, int number) {
        if (inside) {
            together++;
        }
        inside = true;
        if (next[thread] != number) {
            overtaken++;
        }
        next[thread]++;
        ran++;
        inside = false;
    }

    /** How many have run, how many beside another one, how many out of their order. */
    void into(III_Result result) {
        result.r1 = ran;
        result.r2 = together;
        result.r3 = overtaken;
    }
}
