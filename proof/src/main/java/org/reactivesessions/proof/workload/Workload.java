package org.reactivesessions.proof.workload;

import java.util.Random;
import java.util.UUID;

/** The operations of one client, chosen by a seed. Used by one thread at a time. */
public final class Workload {

    /** So many operations of all clients append to the same lists; then new ones are begun, so that none gets long. */
    private static final int GENERATION = 2_048;

    private static final int SERIALIZABLE_OF_100 = 10;
    private static final int MOST_CANCEL_MICROS = 40_000;
    private static final int VARIANTS = 3;
    private static final long VERSION_7 = 0x7000L;
    private static final long VARIANT_BITS = 0x8000_0000_0000_0000L;

    private final int client;
    private final int firstGeneration;
    private final Random random;

    /**
     * Begins with the first operation.
     *
     * @param firstGeneration of the lists it appends to
     */
    public Workload(long seed, int client, int firstGeneration) {
        this.client = client;
        this.firstGeneration = firstGeneration;
        this.random = new Random(seed * 1_000_003 + client);
    }

    /**
     * Makes the next operation.
     *
     * @param number how many operations of all clients were begun before
     */
    public Operation next(long number) {
        OperationKind kind = OperationKind.of(random.nextInt(100));
        int from = random.nextInt(Operation.ACCOUNTS - 1);
        int to = from + 1 + random.nextInt(Operation.ACCOUNTS - from - 1);
        return new Operation(
                id(),
                client,
                kind,
                random.nextInt(VARIANTS),
                from,
                to,
                1 + random.nextInt(20) - 10,
                random.nextInt(100) < SERIALIZABLE_OF_100,
                cancelMicros(),
                firstGeneration + Math.toIntExact(number / GENERATION));
    }

    /** As often below a millisecond as above, because the phases of a transaction are of very different lengths. */
    private int cancelMicros() {
        return (int) Math.exp(random.nextDouble() * Math.log(MOST_CANCEL_MICROS));
    }

    /** A UUID of version 7, whose random part is the seed's. */
    private UUID id() {
        long millis = System.currentTimeMillis();
        return new UUID((millis << 16) | VERSION_7 | random.nextInt(0x1000), VARIANT_BITS | (random.nextLong() >>> 2));
    }
}
