package org.reactivesessions.orders.evidence;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * How long clients that wait for their answer have to, so that others can leave in the middle of that, however fast the machine is.
 * Immutable.
 *
 * @param median from the sending of a request to the first byte of its answer
 * @param rounds how many it took until the medians were steady
 */
record UsualTime(Duration median, int rounds) {

    /** Clients of which there is one median. */
    static final int ROUND = 400;

    private static final int MOST_ROUNDS = 100;
    private static final double STEADY = 0.1;
    private static final int IN_A_ROW = 2;
    private static final int ACCOUNTS = 100;

    /** Round after round, until a warm service answers in the same time as before. */
    static UsualTime of(int port, int atOnce) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(atOnce);
        try {
            List<Long> medians = new ArrayList<>();
            while (!isSteady(medians)) {
                if (medians.size() == MOST_ROUNDS) {
                    throw new IllegalStateException("the time to an answer was not steady after " + MOST_ROUNDS
                            + " rounds of " + ROUND + ": " + medians);
                }
                medians.add(median(executor, port));
            }
            return new UsualTime(Duration.ofNanos(medians.get(medians.size() - 1)), medians.size());
        } finally {
            executor.shutdownNow();
        }
    }

    /** Whether each of the last differs by at most a tenth from the one before. */
    static boolean isSteady(List<Long> medians) {
        int last = medians.size() - 1;
        return last >= IN_A_ROW
                && IntStream.range(0, IN_A_ROW).allMatch(back -> {
                    long before = medians.get(last - back - 1);
                    return Math.abs(medians.get(last - back) - before) <= STEADY * before;
                });
    }

    private static long median(ExecutorService executor, int port) throws Exception {
        List<Long> times = new ArrayList<>();
        for (Future<Long> each : executor.invokeAll(IntStream.range(0, ROUND)
                .<Callable<Long>>mapToObj(client -> () -> one(port, client))
                .toList())) {
            times.add(each.get());
        }
        times.sort(null);
        return times.get(ROUND / 2);
    }

    private static long one(int port, int client) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            long begin = System.nanoTime();
            socket.getOutputStream().write(RawRequest.transfer(1 + client % ACCOUNTS, 1 + (client + 37) % ACCOUNTS, 1));
            InputStream answer = socket.getInputStream();
            if (answer.read() < 0) {
                throw new IOException("no answer");
            }
            return System.nanoTime() - begin;
        }
    }
}
