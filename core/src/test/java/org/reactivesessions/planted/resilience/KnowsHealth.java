package org.reactivesessions.planted.resilience;

/** A planted violation; see ArchitectureTest. */
public final class KnowsHealth {

    static final Class<?> FOUND = org.reactivesessions.planted.health.KnowsResilience4j.class;

    private KnowsHealth() {}
}
