package org.reactivesessions.postgres;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a server may ask of a connection, whoever it is. Immutable.
 *
 * @param methods how it may have the user prove who he is
 * @param scramIterations how often at most the password is hashed for it
 * @param messageSize the most bytes of one message of it
 */
record WireLimits(Set<AuthenticationMethod> methods, int scramIterations, int messageSize) {

    /** The least PostgreSQL is used with, and RFC 7677 allows. */
    private static final int LEAST_ITERATIONS = 4_096;

    private static final int KILOBYTE = 1_024;
    private static final int LEAST_MESSAGE = 64 * KILOBYTE;
    private static final int MOST_MESSAGE = KILOBYTE * KILOBYTE * KILOBYTE;

    static WireLimits defaults() {
        return new WireLimits(
                Collections.unmodifiableSet(EnumSet.of(AuthenticationMethod.NONE, AuthenticationMethod.SCRAM_SHA_256)),
                100_000,
                64 * KILOBYTE * KILOBYTE);
    }

    WireLimits withMethods(Set<AuthenticationMethod> allowed) {
        if (allowed.isEmpty()) {
            throw new IllegalArgumentException(
                    "requireAuth must name at least one method, but named none; the default is "
                            + text(defaults().methods));
        }
        return new WireLimits(Collections.unmodifiableSet(EnumSet.copyOf(allowed)), scramIterations, messageSize);
    }

    WireLimits withScramIterations(int most) {
        if (most < LEAST_ITERATIONS) {
            throw new IllegalArgumentException("maxScramIterations must be at least " + LEAST_ITERATIONS + ", but was "
                    + most + "; servers ask for as many by themselves");
        }
        return new WireLimits(methods, most, messageSize);
    }

    WireLimits withMessageSize(long bytes) {
        if (bytes < LEAST_MESSAGE || bytes > MOST_MESSAGE) {
            throw new IllegalArgumentException("maxMessageSize must be " + LEAST_MESSAGE + " to " + MOST_MESSAGE
                    + " bytes (64kB to 1GB), but was " + bytes);
        }
        return new WireLimits(methods, scramIterations, (int) bytes);
    }

    boolean allows(AuthenticationMethod method) {
        return methods.contains(method);
    }

    /** The methods, as {@code require_auth} has them. */
    static String text(Set<AuthenticationMethod> methods) {
        return methods.stream().map(AuthenticationMethod::toString).collect(Collectors.joining(","));
    }
}
