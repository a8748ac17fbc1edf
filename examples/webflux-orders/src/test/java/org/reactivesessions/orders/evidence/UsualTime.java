package org.reactivesessions.orders.evidence;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** How long clients that wait for their answer have to, so that others can leave in the middle of that, however fast the machine is. */
final class UsualTime {

    private static final int CLIENTS = 600;
    private static final int LAST = 200;
    private static final int ACCOUNTS = 100;

    private UsualTime() {}

    /** The median of the last of them, from the sending of a request to the first byte of its answer. */
    static Duration of(int port, int atOnce) throws Exception {
        Queue<Long> times = new ConcurrentLinkedQueue<>();
        ExecutorService executor = Executors.newFixedThreadPool(atOnce);
        try {
            for (Future<Long> each : executor.invokeAll(IntStream.range(0, CLIENTS)
                    .<Callable<Long>>mapToObj(client -> () -> one(port, client))
                    .toList())) {
                times.add(each.get());
            }
        } finally {
            executor.shutdownNow();
        }
        long[] last = times.stream()
                .skip(CLIENTS - LAST)
                .mapToLong(Long::longValue)
                .sorted()
                .toArray();
        return Duration.ofNanos(last[LAST / 2]);
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
