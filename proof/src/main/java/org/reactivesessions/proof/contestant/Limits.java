package org.reactivesessions.proof.contestant;

import java.time.Duration;

/** How long things may take, for everybody. */
public final class Limits {

    /** For a transaction with all its attempts. */
    public static final Duration WHOLE = Duration.ofSeconds(3);
    /** For the answer to COMMIT, after which it is in doubt; beyond {@link #WHOLE} if that ends meanwhile. */
    public static final Duration COMMIT = Duration.ofMillis(250);
    /** For the resolution of a doubt, beyond both. */
    public static final Duration DOUBT = Duration.ofSeconds(20);
    /** For a lock. */
    public static final Duration LOCK = Duration.ofSeconds(1);

    private Limits() {}
}
