package org.reactivesessions.planted.health;

/** Two planted violations; see ArchitectureTest. */
public final class KnowsResilience4j {

    static final Class<?> FOUND = io.github.resilience4j.retry.Retry.class;
    static final Class<?> ABOVE = org.reactivesessions.planted.transaction.KnowsThePool.class;

    private KnowsResilience4j() {}
}
