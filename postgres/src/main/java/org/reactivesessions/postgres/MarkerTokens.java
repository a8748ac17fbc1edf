package org.reactivesessions.postgres;

import java.nio.ByteBuffer;
import java.security.DrbgParameters;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.UUID;

/**
 * Tokens of commit markers: UUIDs of version 7, which begin with the milliseconds of this process' clock, so that the database
 * can tell how old one is, and go on with 74 random bits, so that nobody can guess one. Thread-safe.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-7">RFC 9562, UUID version 7</a>
 */
final class MarkerTokens {

    private static final int BITS_OF_SECURITY = 128;
    private static final int SEED_BYTES = 48;
    private static final int RANDOM_A_BITS = 12;
    private static final int VERSION = 7;
    private static final long RANDOM_A = (1L << RANDOM_A_BITS) - 1;
    private static final long RANDOM_B = (1L << 62) - 1;
    private static final long VARIANT = 0b10L << 62;

    private final InstantSource clock;
    private final SecureRandom random;

    MarkerTokens(InstantSource clock) {
        this.clock = clock;
        this.random = seeded();
    }

    /**
     * Seeded here and never again: the system's source of entropy may block, and tokens are made on event loops. By the generator
     * everything in the process has, because a DRBG that seeds itself looks at every network interface first.
     */
    private static SecureRandom seeded() {
        SecureRandom system = new SecureRandom();
        byte[] seed = new byte[SEED_BYTES];
        system.nextBytes(seed);
        try {
            SecureRandom random = SecureRandom.getInstance(
                    "DRBG",
                    DrbgParameters.instantiation(BITS_OF_SECURITY, DrbgParameters.Capability.RESEED_ONLY, null));
            random.setSeed(seed);
            return random;
        } catch (NoSuchAlgorithmException unavailable) {
            return system;
        }
    }

    UUID next() {
        byte[] bytes = new byte[2 * Long.BYTES];
        random.nextBytes(bytes);
        ByteBuffer bits = ByteBuffer.wrap(bytes);
        long randomA = bits.getLong() & RANDOM_A;
        long randomB = bits.getLong() & RANDOM_B;
        return new UUID(clock.millis() << 16 | VERSION << RANDOM_A_BITS | randomA, VARIANT | randomB);
    }
}
