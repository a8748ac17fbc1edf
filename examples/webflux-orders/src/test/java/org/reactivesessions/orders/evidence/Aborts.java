package org.reactivesessions.orders.evidence;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
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
 * (FIN), half by a reset (RST); one in eight has sent only half of its request by then. Each is counted once by what it saw. To be run
 * once.
 */
public final class Aborts {

    private static final Pattern CREATED = Pattern.compile("HTTP/1.1 201 .*\"id\":\"([0-9a-f-]{36})\"", Pattern.DOTALL);
    private static final String OTHERWISE = "HTTP/1.1 (?!201 ).*";
    private static final int ACCOUNTS = 100;
    private static final int CUT_SHORT = 8;

    private final int port;
    private final int atOnce;
    private final long withinNanos;
    private final AtomicInteger cutShort = new AtomicInteger();
    private final AtomicInteger unanswered = new AtomicInteger();
    private final AtomicInteger otherwise = new AtomicInteger();
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
            boolean whole = client % CUT_SHORT > 0;
            executor.execute(() -> {
                try {
                    comeAndGo(random, whole);
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

    private void comeAndGo(Random random, boolean whole) throws IOException {
        byte[] request = request(random);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            socket.getOutputStream().write(request, 0, whole ? request.length : RawRequest.halfOfBody(request));
            LockSupport.parkNanos((long) (random.nextDouble() * withinNanos));
            count(received(socket.getInputStream()), whole);
            if (random.nextBoolean()) {
                resets.incrementAndGet();
                socket.setSoLinger(true, 0);
            }
        }
    }

    private void count(String received, boolean whole) {
        Matcher created = CREATED.matcher(received);
        if (created.find()) {
            acknowledged.add(UUID.fromString(created.group(1)));
        } else if (received.lines().findFirst().orElse("").matches(OTHERWISE)) {
            otherwise.incrementAndGet();
        } else if (whole) {
            unanswered.incrementAndGet();
        } else {
            cutShort.incrementAndGet();
        }
    }

    private static byte[] request(Random random) {
        int from = random.nextInt(ACCOUNTS);
        int to = (from + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
        return RawRequest.transfer(from + 1, to + 1, 1 + random.nextInt(9));
    }

    /** What has come by now, without waiting for more. */
    private static String received(InputStream in) throws IOException {
        return new String(in.readNBytes(in.available()), StandardCharsets.US_ASCII);
    }

    /** How many left when they had sent half of their request, and saw nothing. */
    public int cutShort() {
        return cutShort.get();
    }

    /** How many had sent all of it, and left before they had a whole answer. */
    public int unanswered() {
        return unanswered.get();
    }

    /** How many saw another answer than that their order is done. */
    public int otherwise() {
        return otherwise.get();
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
