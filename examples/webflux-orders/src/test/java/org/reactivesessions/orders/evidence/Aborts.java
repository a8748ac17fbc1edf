package org.reactivesessions.orders.evidence;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Clients that ask for a transfer on a connection of their own and disconnect at a random moment: half of them in the regular way
 * (FIN), half by a reset (RST). To be run once.
 */
public final class Aborts {

    private static final Pattern ID = Pattern.compile("HTTP/1.1 201 .*\"id\":\"([0-9a-f-]{36})\"", Pattern.DOTALL);
    private static final int ACCOUNTS = 100;

    private final int port;
    private final int atOnce;
    private final long withinNanos;
    private final AtomicInteger unanswered = new AtomicInteger();
    private final AtomicInteger resets = new AtomicInteger();
    private final Set<UUID> acknowledged = ConcurrentHashMap.newKeySet();

    /**
     * @param port of the service, on the loopback address
     * @param atOnce how many clients there are at a time
     * @param withinNanos a client leaves at a moment between the sending of its request and so long after it
     */
    public Aborts(int port, int atOnce, long withinNanos) {
        this.port = port;
        this.atOnce = atOnce;
        this.withinNanos = withinNanos;
    }

    /** Lets clients come and go; returns when all are gone. */
    public void run(int clients, long seed) throws InterruptedException {
        ExecutorService executor = Executors.newFixedThreadPool(atOnce);
        AtomicInteger failures = new AtomicInteger();
        SplittableRandom seeds = new SplittableRandom(seed);
        for (int client = 0; client < clients; client++) {
            Random random = new Random(seeds.nextLong());
            executor.execute(() -> {
                try {
                    comeAndGo(random);
                } catch (IOException unexpected) {
                    failures.incrementAndGet();
                }
            });
        }
        executor.shutdown();
        if (!executor.awaitTermination(30, TimeUnit.MINUTES)) {
            executor.shutdownNow();
            throw new IllegalStateException("the clients were not gone within 30 minutes");
        }
        if (failures.get() > 0) {
            throw new IllegalStateException(failures + " of " + clients + " clients could not connect or send");
        }
    }

    private void comeAndGo(Random random) throws IOException {
        byte[] request = request(random);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            socket.getOutputStream().write(request);
            LockSupport.parkNanos((long) (random.nextDouble() * withinNanos));
            Optional<UUID> answer = answer(socket.getInputStream());
            answer.ifPresentOrElse(acknowledged::add, unanswered::incrementAndGet);
            if (random.nextBoolean()) {
                resets.incrementAndGet();
                socket.setSoLinger(true, 0);
            }
        }
    }

    private static byte[] request(Random random) {
        int from = random.nextInt(ACCOUNTS);
        int to = (from + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
        return RawRequest.transfer(from + 1, to + 1, 1 + random.nextInt(9));
    }

    /** What has come by now, without waiting for more. */
    private static Optional<UUID> answer(InputStream in) throws IOException {
        int there = in.available();
        if (there == 0) {
            return Optional.empty();
        }
        Matcher answer = ID.matcher(new String(in.readNBytes(there), StandardCharsets.US_ASCII));
        return answer.find() ? Optional.of(UUID.fromString(answer.group(1))) : Optional.empty();
    }

    /** How many left before they had an answer. */
    public int unanswered() {
        return unanswered.get();
    }

    /** How many left by a reset. */
    public int resets() {
        return resets.get();
    }

    /** The orders that clients were told of. */
    public Set<UUID> acknowledged() {
        return Set.copyOf(acknowledged);
    }
}
